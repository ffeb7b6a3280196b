using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Follows a run on its hosts, each at its own pace, until every item has a result.</summary>
/// <param name="parts">What each host does.</param>
/// <param name="work">The run's work.</param>
/// <param name="sharing">Brings work from busy hosts to idle ones; null when it stays where it is.</param>
/// <param name="hostLossTimeout">How long a host may be out of sight before it is given up.</param>
/// <param name="log">Hears of hosts that go and come.</param>
/// <param name="time">The clock.</param>
internal sealed class RunWatch(
    IReadOnlyList<RunPart> parts, RunWork work, RunSharing? sharing, TimeSpan hostLossTimeout, ILog log, TimeProvider time)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // Whoever only looks isn't waited for by anything.
    private static readonly TimeSpan LongestPauseOfWatchers = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(2);

    // On a machine under load a second takes a while. What is stopped is told halfway to when it counts as lost.
    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(10);
    private const int MostNamed = 3;

    private readonly Dictionary<RunPart, Heartbeat> _heartbeats = parts.ToDictionary(part => part, _ => new Heartbeat(time));
    private readonly HostAbsence _absence = new(work.Run, hostLossTimeout, parts.Count > 1 && sharing is { HasOneStore: false }, log, time);
    private readonly LostMembers? _members = sharing?.Sharers is { } names ? new(parts, names, Longer(hostLossTimeout, ShortestSilence), log, time) : null;
    private readonly RunEnding _ending = new(parts, work, sharing, log);
    private readonly long _begun = time.GetTimestamp();

    // A connection that hangs is made anew while there is time.
    private TimeSpan LongestStep => Longer(hostLossTimeout / 2, Shorter(hostLossTimeout, ShortestSilence));

    /// <param name="start">Whether workers are started where none are at work; otherwise a run that is stopped stays as it is.</param>
    /// <param name="progress">Hears of every change.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    public async Task UntilEndAsync(bool start, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var part in parts)
        {
            part.Due = _begun;
            part.Signs = (_begun, _begun);
            if (start)
            {
                Begin(part);
            }
        }

        var reported = -1;
        using var steps = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (work.Records.Missing > 0 && !IsOver(start))
            {
                if (reported != work.Records.Changes)
                {
                    reported = work.Records.Changes;
                    Report(progress);
                }

                await NextAsync(start, steps.Token).ConfigureAwait(false);
            }

            Report(progress);
            await _ending.SettleAsync(start, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Nobody else may use the sessions before what is under way has ended.
            await steps.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(parts.Select(part => part.Step).OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(parts.Select(part => part.DisposeAsync().AsTask())).ConfigureAwait(false);
        }

        await _ending.ExplainAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Begin(RunPart part)
    {
        if (sharing is not null)
        {
            part.Order(part.HoldAsync);
        }

        part.Order(part.StartAsync);
    }

    // One step further: whatever is due is begun, and whatever has ended is taken in.
    private async Task NextAsync(bool start, CancellationToken cancellationToken)
    {
        foreach (var part in parts.Where(part => part.IsHere && part.Step is null))
        {
            part.OrderToForget();
        }

        var now = time.GetTimestamp();
        foreach (var part in parts.Where(part => part.Step is null && (part.Due <= now || (part.HasOrders && part.IsHere))))
        {
            part.Looked = now;
            part.Begin(part.State == RunState.Running ? [] : [.. work.Records.MissingItems], _members?.ReadBy(part) ?? [], LongestStep, cancellationToken);
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var steps = parts.Select(part => part.Step).OfType<Task>().ToList();
        if (steps.Count < parts.Count)
        {
            var due = parts.Where(part => part.Step is null).Min(part => part.Due);
            steps.Add(Task.Delay(Longer(TimeSpan.Zero, time.GetElapsedTime(time.GetTimestamp(), due)), time, waiting.Token));
        }

        await Task.WhenAny(steps).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var part in parts.Where(part => part.Step is { IsCompleted: true }))
        {
            Take(part, await part.EndAsync().ConfigureAwait(false), start);
        }

        // A look for a host that is gone takes its time.
        foreach (var part in parts.Where(part => !part.IsHere && part.Step is not null))
        {
            GiveUp(part);
        }

        sharing?.Balance();
    }

    private void Take(RunPart part, RunNews news, bool start)
    {
        var changes = work.Records.Changes;
        foreach (var (what, text) in news.Events)
        {
            if (what == "late")
            {
                sharing?.Offer(part, text);
            }
            else if (work.Records.Read(what, text, part.Host.Name) is var (item, state))
            {
                part.Put(item, state);
                sharing?.Settle(part, item, state);
            }
        }

        foreach (var record in news.Others)
        {
            work.Records.Note(record, part.Host.Name);
        }

        foreach (var (item, record) in news.Records)
        {
            work.Records.Take(item, record, part.Host.Name);
            part.Put(item, ItemState.Done);
            sharing?.Settle(part, item, ItemState.Done);
        }

        sharing?.Take(part, news);
        if (part.Cancelled)
        {
            work.Records.Cancel(part.CancelledBy);
        }

        if (news.Failure is not null)
        {
            _absence.Begin(part, news.Failure, Shorter(hostLossTimeout / 2, time.GetElapsedTime(part.Looked)), back => Return(back, start));
            GiveUp(part);

            return;
        }

        if (Standstill(part) is { } standstill)
        {
            _absence.Begin(part, standstill, hostLossTimeout / 2, back => Return(back, start));
            GiveUp(part);

            return;
        }

        _absence.End(part);
        if (start && !part.Cancelled)
        {
            _members?.Take(part, _absence);
        }

        var now = time.GetTimestamp();
        if (part.State == RunState.Running || changes != work.Records.Changes)
        {
            part.Signs = part.Signs with { Lively = now };
        }

        part.Proceed(start);
        if (start && part.State == RunState.Stopped)
        {
            StartAgain(part, now);
        }

        var pause = Shorter(start ? LongestPause : LongestPauseOfWatchers, Longer(ShortestPause, time.GetElapsedTime(_begun) / 10));
        part.Due = now + (long)(pause.TotalSeconds * time.TimestampFrequency);
    }

    // A host may let us in, and let nothing that runs there go on: what was stopped, or is starved, looks like an item that takes its time.
    private ClustrixException? Standstill(RunPart part)
    {
        var heartbeat = _heartbeats[part];
        heartbeat.Take(part.State == RunState.Running ? part.Beat : Heartbeat.Unknown);
        if (hostLossTimeout == TimeSpan.Zero || heartbeat.Silence < Longer(hostLossTimeout / 2, ShortestSilence))
        {
            return null;
        }

        string[] names = [.. part.Running.Where(item => !work.Records.Has(item)).Order().Select(item => $"'{work.Items[item].Name}'")];
        var named = names.Length == 0 ? "" : $" At work there: {string.Join(", ", names.Take(MostNamed))}{(names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "")}.";
        return new ClustrixException(
            ErrorCode.HostTimeout,
            string.Create(CultureInfo.InvariantCulture, $"{part.Host.Name} answers, but its processes of run {work.Run} have stood still for {heartbeat.Silence.TotalSeconds:0} s.{named} Look at its load, and whether somebody has stopped them (SIGSTOP, a frozen control group)."));
    }

    private void StartAgain(RunPart part, long now)
    {
        if (time.GetElapsedTime(part.Signs.Lively, now) > part.LongestStart)
        {
            throw new ClustrixException(
                ErrorCode.WorkersNotStarted,
                $"{part.Host.Name}: the workers of run {work.Run} end before they have begun. Look at pool.log in '{part.Host.Session.Root}/run/{work.Run}.*/'; the run goes on when it is started again.");
        }

        if (time.GetElapsedTime(part.Signs.Started, now) > BetweenStarts)
        {
            part.Signs = part.Signs with { Started = now };
            Begin(part);
        }
    }

    // What a host that is back has to hear first.
    private void Return(RunPart part, bool start)
    {
        part.OrderToForget();
        if (start)
        {
            Begin(part);
        }
    }

    private void GiveUp(RunPart lost)
    {
        if (!_absence.IsTooLong(lost))
        {
            return;
        }

        if (parts.All(part => !part.IsHere && _absence.IsTooLong(part)))
        {
            throw _absence.Unreachable(lost.Failure!);
        }

        if (parts.Any(part => part.IsHere))
        {
            sharing?.GiveUp(lost);
        }
    }

    private bool IsOver(bool start)
    {
        if (parts.Any(part => part.IsHere
            ? part.Step is not null || part.HasOrders || !part.RecordsRead || part.State == RunState.Running
            : !_absence.IsTooLong(part)))
        {
            return false;
        }

        var here = parts.Where(part => part.IsHere).ToList();
        if (here.Count == 0 || (start && here.Any(part => part.State == RunState.Stopped)))
        {
            return false;
        }

        return work.Records.Cancelled || sharing is null || !start || !sharing.TakeUpOrphans();
    }

    private void Report(IProgress<RunProgress>? progress) => progress?.Report(new RunProgress(
        work.Run, work.Items.Count, work.Records.Done, work.Records.Failed, work.Records.Cached, parts.Sum(part => part.Running.Count), time.GetElapsedTime(_begun)));

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
