using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Workers that a batch scheduler gives: arrays of them, filled up as long as there is work.</summary>
/// <param name="host">Where the scheduler's commands are.</param>
/// <param name="run">The run's id.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="classes">The class of each item.</param>
/// <param name="records">What is known of the items.</param>
/// <param name="workers">How many workers a class may have at once; 0 for as many as the nodes have room for.</param>
/// <param name="log">Hears what becomes of workers.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchWorkforce(
    ClusterHost host, string run, BatchScheduler scheduler, IReadOnlyList<ResourceClass> classes, RunRecords records, int workers, ILog log, TimeProvider time) : IWorkforce
{
    // Mistakes show at once; after that, hardly anything happens that the store doesn't tell sooner.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenArrays = TimeSpan.FromSeconds(30);

    // Arrays that end without one more result: the next one would do so too.
    private const int MostBarren = 3;
    private const int MostTold = 10;

    // No worker's number.
    private const int WholeArray = 0;

    private readonly HashSet<string> _seenOff = [];
    private readonly Dictionary<(string Array, int Index), long> _leftQueue = [];
    private readonly long _begun = time.GetTimestamp();
    private Dictionary<string, IReadOnlyList<WorkerTask>> _tasks = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> _jobs = new Dictionary<string, string>();
    private string _directory = "";
    private TimeSpan _pause = FirstPause;
    private long _due;
    private long _submitted;
    private bool _hasSubmitted;
    private bool _isAbsent;
    private bool _hasWorked;
    private int _barren;
    private int _doneBefore;
    private string _waitingFor = "";

    /// <inheritdoc/>
    public string Members => "*";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await scheduler.SurveyAsync(host.Session, cancellationToken).ConfigureAwait(false);
        await AskAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        await FillUpAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<RunState> LookAsync(RunState told, bool isFollowed, CancellationToken cancellationToken)
    {
        if (told == RunState.Ended)
        {
            if (isFollowed)
            {
                await RemoveStuckAsync(cancellationToken).ConfigureAwait(false);
            }

            return told;
        }

        if (time.GetTimestamp() >= _due)
        {
            await AskAsync(_pause * 0.8, cancellationToken).ConfigureAwait(false);
            if (isFollowed && !_isAbsent)
            {
                await CheckAsync(cancellationToken).ConfigureAwait(false);
                if (scheduler.Site is not null)
                {
                    await FillUpAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return _isAbsent || _tasks.Values.Any(tasks => tasks.Any(task => task.IsLive)) ? RunState.Running : RunState.Stopped;
    }

    private async Task AskAsync(TimeSpan age, CancellationToken cancellationToken)
    {
        var before = _tasks;
        try
        {
            (_directory, _jobs) = await BatchScheduler.JobsAsync(host.Session, run, cancellationToken).ConfigureAwait(false);
            var queue = _jobs.Count == 0 ? [] : await scheduler.QueueAsync(host.Session, age, cancellationToken).ConfigureAwait(false);
            var tasks = new Dictionary<string, IReadOnlyList<WorkerTask>>(StringComparer.Ordinal);
            foreach (var (name, job) in _jobs)
            {
                tasks[name] = await WithForgottenAsync(name, job, [.. queue.Where(task => task.Array == name)], cancellationToken).ConfigureAwait(false);
            }

            _tasks = tasks;
            Back();
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable && _hasSubmitted)
        {
            // The workers go on without it, and the store tells what they do.
            if (!_isAbsent)
            {
                _isAbsent = true;
                log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} Asking again.", Severity: Severity.Warning));
            }
        }

        await SeeOffAsync(cancellationToken).ConfigureAwait(false);
        TellWaiting();
        _pause = Same(before, _tasks) ? Shorter(_pause * 1.5, LongestPause) : FirstPause;
        _due = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
    }

    private void Back()
    {
        if (_isAbsent)
        {
            _isAbsent = false;
            log.Say($"{scheduler.Name} answers again.");
        }
    }

    // The queue forgets workers, one by one or with their array, and then the accounting has to tell of them. What has ended doesn't change
    // any more: that is asked once.
    private async Task<IReadOnlyList<WorkerTask>> WithForgottenAsync(string name, string job, List<WorkerTask> queued, CancellationToken cancellationToken)
    {
        var known = _tasks.GetValueOrDefault(name);
        var absent = (known ?? []).Where(task => queued.All(other => other.Index != task.Index)).ToList();
        if (known is not null && absent.All(task => !task.IsLive) && !_leftQueue.ContainsKey((name, WholeArray)))
        {
            return [.. queued, .. absent];
        }

        // Of an array that another client submitted some may just have ended.
        if ((known is null || _leftQueue.ContainsKey((name, WholeArray))) && !IsAwaited(name, WholeArray))
        {
            _leftQueue.Remove((name, WholeArray));
        }

        var told = await scheduler.EndedAsync(host.Session, name, job, cancellationToken).ConfigureAwait(false);
        var ended = (told ?? []).Where(task => queued.All(other => other.Index != task.Index)).ToList();
        return
        [
            .. queued,
            .. ended,
            .. absent.Where(task => ended.All(other => other.Index != task.Index)).Select(task => !task.IsLive || (told is not null && IsAwaited(name, task.Index)) ? task : Gone(task, told is not null)),
        ];
    }

    // Whether the accounting may still tell of a worker that has left the queue.
    private bool IsAwaited(string array, int index)
    {
        _leftQueue.TryAdd((array, index), time.GetTimestamp());
        return time.GetElapsedTime(_leftQueue[(array, index)]) < scheduler.AccountingDelay;
    }

    // Whom the accounting should know and doesn't has never run: only somebody's order takes it out of the queue. Of others nobody knows how
    // they ended. That they did is certain.
    private static WorkerTask Gone(WorkerTask task, bool isAccounted) =>
        task with { Phase = TaskPhase.Ended, End = isAccounted && task.Phase is TaskPhase.Waiting or TaskPhase.Stuck ? TaskEnd.Cancelled : TaskEnd.Unknown };

    // What workers had in hand when they ended goes back to the queue.
    private async Task SeeOffAsync(CancellationToken cancellationToken)
    {
        var gone = new Dictionary<string, WorkerTask>(StringComparer.Ordinal);
        foreach (var task in _tasks.Values.SelectMany(tasks => tasks))
        {
            _hasWorked |= task.Phase is not (TaskPhase.Waiting or TaskPhase.Stuck) && task.End is not (TaskEnd.Cancelled or TaskEnd.NotLaunched);
            foreach (var start in task.StartsThatAreOver.Where(_seenOff.Add))
            {
                gone[start] = task;
            }
        }

        if (gone.Count == 0)
        {
            return;
        }

        var back = await host.Session.AskListAsync(
            $"reclaim {run}",
            gone.Select(pair => $"{pair.Key} {WordFor(pair.Value)}{(IsOwnDoing(pair.Value) ? " counted" : "")}"),
            line => line.Split(' ') is [var member, _, _] ? member : throw new FormatException(),
            cancellationToken).ConfigureAwait(false);
        foreach (var (start, task) in gone)
        {
            Tell(task, start.EndsWith('*') ? back.Any(member => member.StartsWith(start[..^1], StringComparison.Ordinal)) : back.Contains(start));
        }
    }

    // The record's cause of an attempt that ended with its worker.
    private static string WordFor(WorkerTask task) => task.End switch
    {
        TaskEnd.Unknown or TaskEnd.Completed or TaskEnd.Failed => task.IsLive ? "Requeued" : "WorkerDied",
        var end => end.ToString(),
    };

    private static bool IsOwnDoing(WorkerTask task) => task.End is TaskEnd.Failed or TaskEnd.OutOfMemory;

    private void Tell(WorkerTask task, bool hadItem)
    {
        if (records.Cancelled || (!hadItem && task.End is TaskEnd.Completed or TaskEnd.Unknown))
        {
            return;
        }

        if (_seenOff.Count > MostTold && !hadItem)
        {
            log.Detail(Account(task, hadItem));
            return;
        }

        log.Warn(new Problem(ErrorCode.WorkerLost, Account(task, hadItem), Severity: Severity.Warning));
    }

    private string Account(WorkerTask task, bool hadItem) =>
        $"{scheduler.Name}: worker {task.Id}{(task.Node.Length > 0 ? $" on {task.Node}" : "")} {(task.IsLive ? "was started again" : "is gone")}: {Cause(task)}{(hadItem ? "; its item is attempted again" : "")}.";

    private static string Cause(WorkerTask task)
    {
        var cause = task.End switch
        {
            TaskEnd.OutOfMemory => "it used more memory than it had asked for; raise the items' Memory",
            TaskEnd.TimeLimit => "its time limit was reached",
            TaskEnd.NodeFailed => "its node failed",
            TaskEnd.Preempted => "it made room for another job",
            TaskEnd.Cancelled => "somebody cancelled it",
            TaskEnd.NotLaunched => "it couldn't be started on the node",
            TaskEnd.Failed => string.Create(CultureInfo.InvariantCulture, $"it failed with exit code {task.ExitCode}"),
            TaskEnd.Completed => "it ended before its item",
            _ => task.IsLive ? "its node failed or it made room for another job" : "nobody knows how",
        };
        return $"{cause} ({task.State}{(task.Reason.Length > 0 && task.Reason != task.State ? $", {task.Reason}" : "")})";
    }

    private void TellWaiting()
    {
        var waiting = _tasks.Values.SelectMany(tasks => tasks).Where(task => task.Phase is TaskPhase.Waiting or TaskPhase.Suspended or TaskPhase.Stuck).ToList();
        var reason = _tasks.Values.Any(tasks => tasks.Any(task => task.Phase == TaskPhase.Running)) ? "" : waiting.FirstOrDefault(task => task.Reason.Length > 0)?.Reason ?? "";
        if (reason != _waitingFor && reason.Length > 0)
        {
            log.Say($"Run {run} waits in the queue of {scheduler.Name}: {Count.Of(waiting.Count, "worker")} ({waiting[0].State}, {reason}).");
        }

        _waitingFor = reason;
    }

    // What can't get better by waiting.
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        var tasks = _tasks.Values.SelectMany(all => all).ToList();
        if (!records.Begun && tasks.FirstOrDefault(DoesNotSeeStore) is { } unseen)
        {
            await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            throw new ClustrixException(
                ErrorCode.StoreNotOnNodes,
                $"{(unseen.Node.Length > 0 ? unseen.Node : "A compute node")}: the worker doesn't see the store {host.Session.Root} of {host.Name}. Set StoreRoot to a directory that {host.Name} and the compute nodes share, such as one on the cluster's file system. (Worker {unseen.Id}: {unseen.State}, {(unseen.Phase == TaskPhase.Stuck ? unseen.Reason : string.Create(CultureInfo.InvariantCulture, $"exit code {unseen.ExitCode}"))}.)");
        }

        var live = tasks.Where(task => task.IsLive).ToList();
        if (live.Count > 0 && live.All(task => task.Phase == TaskPhase.Stuck))
        {
            await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            throw new ClustrixException(
                ErrorCode.WorkerLost,
                $"{scheduler.Name} won't start any worker of run {run}: {live[0].State}{(live[0].Reason.Length > 0 ? $", {live[0].Reason}" : "")}. The run is cancelled and its jobs are out of the queue. Have that mended on the nodes, and start the same build again.");
        }

        if (!_hasWorked && scheduler.Options.QueueTimeout is var limit && limit > TimeSpan.Zero && time.GetElapsedTime(_begun) > limit && tasks.Any(task => task.IsLive))
        {
            await WithdrawAsync(cancellationToken).ConfigureAwait(false);
            var first = tasks.First(task => task.IsLive);
            throw new ClustrixException(
                ErrorCode.QueueTimeout,
                $"{scheduler.Name} hasn't started any worker of run {run} for {Duration.Format(limit)}: {first.State}{(first.Reason.Length > 0 ? $", {first.Reason}" : "")}. The run is cancelled and its jobs are out of the queue. Ask for less, choose another Partition, or raise QueueTimeout.");
        }

        if (tasks.Count > 0 && tasks.All(task => !task.IsLive) && tasks.FirstOrDefault(task => task.End == TaskEnd.Cancelled) is { } cancelled && _hasSubmitted)
        {
            throw new ClustrixException(
                ErrorCode.WorkerLost,
                $"The workers of run {run} are gone: {scheduler.Name} was told to cancel job {cancelled.Job} ({cancelled.State}{(cancelled.Reason.Length > 0 ? $", {cancelled.Reason}" : "")}). What has passed is kept; the same build again, or 'clustrix attach {run}', goes on with the rest.");
        }
    }

    // The scheduler couldn't start it for want of the log's directory, or it has looked for the store itself.
    private bool DoesNotSeeStore(WorkerTask task) =>
        task.End == TaskEnd.NotLaunched
        || (task.End == TaskEnd.Failed && task.ExitCode == WorkerArray.StoreUnseen)
        || (task.Phase == TaskPhase.Stuck && task.Reason.Contains($"{host.Session.Root}/", StringComparison.Ordinal));

    // Others find the run over when they are started, and end.
    private async Task RemoveStuckAsync(CancellationToken cancellationToken)
    {
        var stuck = _tasks.Where(pair => pair.Value.Any(task => task.Phase == TaskPhase.Stuck)).ToDictionary(pair => pair.Key, pair => _jobs[pair.Key], StringComparer.Ordinal);
        _tasks = _tasks.Where(pair => !stuck.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal);
        try
        {
            await scheduler.CancelAsync(host.Session, stuck, cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} In its queue {(stuck.Count == 1 ? "stays job" : "stay jobs")} {string.Join(", ", stuck.Values)} of run {run}.", Severity: Severity.Warning));
        }
    }

    // Nothing of a run that is given up may start later.
    private async Task WithdrawAsync(CancellationToken cancellationToken)
    {
        await host.Session.AskAsync($"cancel {run}", null, cancellationToken).ConfigureAwait(false);
        await scheduler.CancelAsync(host.Session, run, cancellationToken).ConfigureAwait(false);
    }

    private async Task FillUpAsync(CancellationToken cancellationToken)
    {
        var unfinished = records.MissingItems.GroupBy(item => classes[item]).ToDictionary(group => group.Key, group => group.Count());
        var live = _tasks.SelectMany(pair => pair.Value.Where(task => task.IsLive).Select(_ => ClassOf(pair.Key))).CountBy(name => name).ToDictionary(StringComparer.Ordinal);
        if (live.Count > 0 && time.GetElapsedTime(_submitted) < BetweenArrays)
        {
            return;
        }

        foreach (var (wanted, items) in unfinished.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            var count = Math.Min(wanted.WorkersOn(scheduler.Site!, scheduler.Options.Partition, workers), items) - live.GetValueOrDefault(wanted.Name);
            if (count > 0)
            {
                await SubmitAsync(wanted, count, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task SubmitAsync(ResourceClass wanted, int count, CancellationToken cancellationToken)
    {
        var done = records.Done;
        _barren = _hasSubmitted && done == _doneBefore ? _barren + 1 : 0;
        _doneBefore = done;
        if (_barren >= MostBarren)
        {
            var last = _tasks.Values.SelectMany(tasks => tasks).LastOrDefault(task => !task.IsLive);
            throw new ClustrixException(
                ErrorCode.WorkerLost,
                $"The workers of run {run} end before any item does{(last is null ? "" : $": {Cause(last)} (worker {last.Id}{(last.Node.Length > 0 ? $" on {last.Node}" : "")})")}. Look at their logs in '{host.Session.Root}/{_directory}/jobs/' on {host.Name}; the run goes on when it is started again.");
        }

        var number = _jobs.Keys.Where(name => ClassOf(name) == wanted.Name).Select(NumberOf).DefaultIfEmpty(0).Max() + 1;
        var array = scheduler.ArrayOf(host.Session, run, _directory, wanted, number, count);
        var name = array.Name;
        var job = await scheduler.SubmitAsync(host.Session, array, cancellationToken).ConfigureAwait(false);
        _submitted = time.GetTimestamp();
        if (job is null)
        {
            // Another client is at it. What it submits is seen at the next look.
            return;
        }

        _hasSubmitted = true;
        log.Detail(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Name}: job {job} ({name}), {count} workers."));
        _jobs = _jobs.Append(KeyValuePair.Create(name, job)).ToDictionary(StringComparer.Ordinal);
        _tasks[name] = [.. Enumerable.Range(1, count).Select(index => new WorkerTask(name, job, index, null, TaskPhase.Waiting, TaskEnd.Unknown, "", "", "", 0))];
        _pause = FirstPause;
        _due = _submitted + (long)(_pause.TotalSeconds * time.TimestampFrequency);
    }

    // RUN.CLASS.NUMBER
    private static string ClassOf(string name) => name.Split('.')[1];

    private static int NumberOf(string name) => int.Parse(name.Split('.')[2], CultureInfo.InvariantCulture);

    private static bool Same(Dictionary<string, IReadOnlyList<WorkerTask>> before, Dictionary<string, IReadOnlyList<WorkerTask>> now) =>
        before.Count == now.Count && now.All(pair => before.TryGetValue(pair.Key, out var tasks) && tasks.SequenceEqual(pair.Value));

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
