using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>Follows a run through its workers' journals until every item has a result.</summary>
internal sealed class RunWatch
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private const long FullBelow = 256 * 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    // Whoever only looks isn't waited for by anything.
    private static readonly TimeSpan LongestPauseOfWatchers = TimeSpan.FromSeconds(1);

    // A pool that is gone is started again; one that hasn't begun anything after so long doesn't get better. On a machine under load
    // it takes a while until a pool is seen at all.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(2);

    private readonly NodeSession _session;
    private readonly TimeProvider _time;
    private readonly int _items;
    private readonly Journal[] _journals;
    private readonly IReadOnlyDictionary<int, AttemptRecord> _cached;
    private readonly Dictionary<int, AttemptRecord> _records;
    private readonly Dictionary<int, int> _attempts = [];
    private readonly HashSet<int> _running = [];

    /// <param name="session">The connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="items">Items of the run.</param>
    /// <param name="workers">Workers of the run, each with a journal.</param>
    /// <param name="cached">Results that are there from the start.</param>
    public RunWatch(NodeSession session, TimeProvider time, string run, int items, int workers, IReadOnlyDictionary<int, AttemptRecord> cached)
    {
        _session = session;
        _time = time;
        Run = run;
        _items = items;
        _journals = [.. Enumerable.Range(0, workers).Select(_ => new Journal())];
        _cached = cached;
        _records = new Dictionary<int, AttemptRecord>(cached);
    }

    public string Run { get; }

    public bool Cancelled { get; set; }

    /// <summary>Items that have no result yet.</summary>
    public int Missing => _items - _records.Count;

    /// <summary>Whether anything was run rather than reused.</summary>
    public bool Begun => _records.Count > _cached.Count || _attempts.Count > 0;

    public ItemResult ResultOf(int number, string name)
    {
        var record = _records.GetValueOrDefault(number);
        var cached = _cached.ContainsKey(number) || (record is not null && record.Run != Run);
        return new ItemResult(
            name,
            record?.Outcome ?? (Cancelled ? Outcome.Cancelled : Outcome.Lost),
            record,
            cached,
            cached ? 0 : Math.Max(record?.Attempt ?? 0, _attempts.GetValueOrDefault(number)));
    }

    /// <summary>Takes the records that there are, from the start of the run.</summary>
    public Task ReadAsync(CancellationToken cancellationToken) => ReadRecordsAsync(cancellationToken);

    /// <param name="plan">What the workers are to be started with when none are there; null to leave a run that is stopped as it is.</param>
    /// <param name="progress">Hears of every change.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    public async Task UntilEndAsync(string? plan, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var pause = ShortestPause;
        var lively = begun;
        var started = begun;
        if (plan is not null)
        {
            await _session.AskAsync($"start {Run} {plan}", null, cancellationToken).ConfigureAwait(false);
        }

        Report();
        while (true)
        {
            var before = (_records.Count, _running.Count, _attempts.Count);
            var state = await PollAsync(cancellationToken).ConfigureAwait(false);
            if (Missing > 0 && state != RunState.Running)
            {
                // What no journal told is in the records: a worker may have died between the two.
                await ReadRecordsAsync(cancellationToken).ConfigureAwait(false);
            }

            if (before != (_records.Count, _running.Count, _attempts.Count))
            {
                Report();
            }

            if (Missing == 0 || state == RunState.Ended || (state == RunState.Stopped && plan is null))
            {
                await ExplainLossAsync(cancellationToken).ConfigureAwait(false);
                return;
            }

            if (state == RunState.Running || before != (_records.Count, _running.Count, _attempts.Count))
            {
                lively = _time.GetTimestamp();
            }

            if (state == RunState.Stopped && _time.GetElapsedTime(lively) > LongestStart)
            {
                throw new ClustrixException(
                    ErrorCode.WorkersNotStarted,
                    $"{_session.Host.Name}: the workers of run {Run} end before they have begun. Look at pool.log in '{_session.Root}/run/{Run}.*/'; the run goes on when it is started again.");
            }

            if (state == RunState.Stopped && _time.GetElapsedTime(started) > BetweenStarts)
            {
                started = _time.GetTimestamp();
                await _session.AskAsync($"start {Run} {plan}", null, cancellationToken).ConfigureAwait(false);
            }

            await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            pause = Shorter(plan is null ? LongestPauseOfWatchers : LongestPause, Longer(ShortestPause, _time.GetElapsedTime(begun) / 10));
        }

        void Report() => progress?.Report(new RunProgress(
            Run,
            _items,
            _records.Count,
            _records.Values.Count(record => record.Outcome != Outcome.Passed),
            _records.Values.Count(record => record.Run != Run),
            _running.Count,
            _time.GetElapsedTime(begun)));
    }

    // A worker that can't write its record can't tell why either.
    private async Task ExplainLossAsync(CancellationToken cancellationToken)
    {
        if (Missing == 0 || Cancelled)
        {
            return;
        }

        var facts = NodeFacts.Parse(await _session.AskAsync("facts", null, cancellationToken).ConfigureAwait(false));
        if (facts.FreeBytes is > 0 and < FullBelow || facts == NodeFacts.None)
        {
            throw NodeError.ToException(
                _session.Host.Name, string.Create(CultureInfo.InvariantCulture, $"store-full {_session.Root}: {Missing} items of run {Run} could write no record; what has passed is kept"));
        }
    }

    private async Task<RunState> PollAsync(CancellationToken cancellationToken)
    {
        var answer = await _session.AskAsync($"watch {Run} {string.Join(' ', _journals.Select(j => j.ToString()))}", ReadJournalAsync, cancellationToken).ConfigureAwait(false);
        var words = answer.Split(' ');
        Cancelled |= words.Length > 1;
        return RunStateText.Parse(words[0]);
    }

    // journal WORKER BYTES, and then the bytes
    private async Task ReadJournalAsync(string line, CancellationToken cancellationToken)
    {
        var words = line.Split(' ');
        if (words is not ["journal", var worker, var length])
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{_session.Host.Name}: unexpected answer '{line}' about run {Run}.");
        }

        var bytes = await _session.ReadBytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        foreach (var (what, text) in _journals[int.Parse(worker, CultureInfo.InvariantCulture) - 1].Append(bytes))
        {
            Take(what, text);
        }
    }

    private void Take(string what, string text)
    {
        if (what == "start")
        {
            if (text.Split(' ') is [var item, var attempt, _] && int.TryParse(item, CultureInfo.InvariantCulture, out var number) && int.TryParse(attempt, CultureInfo.InvariantCulture, out var attempts))
            {
                _attempts[number] = attempts;
                _running.Add(number);
            }
        }
        else if (RecordIn(text) is { } record)
        {
            _running.Remove(record.Item);
            if (what == "done")
            {
                _records[record.Item] = record;
            }
        }
    }

    // A worker that is killed may leave half a line. Nothing is lost by it: the records themselves are read in the end.
    private static AttemptRecord? RecordIn(string text)
    {
        try
        {
            return AttemptRecord.Parse(text);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.ProtocolError)
        {
            return null;
        }
    }

    private async Task ReadRecordsAsync(CancellationToken cancellationToken)
    {
        var missing = Enumerable.Range(0, _items).Where(number => !_records.ContainsKey(number)).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToList();
        var records = await _session.AskListAsync(
            $"records {Run}",
            missing,
            line => line.Split(' ', 2) switch { var words => (Number: int.Parse(words[0], CultureInfo.InvariantCulture), Record: AttemptRecord.Parse(words[1])) },
            cancellationToken).ConfigureAwait(false);
        foreach (var (number, record) in records)
        {
            _records[number] = record;
            _running.Remove(number);
        }
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
