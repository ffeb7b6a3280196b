using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>What is known of a run's items: their results, their attempts, and which host has them.</summary>
internal sealed class RunRecords
{
    private readonly string _run;
    private readonly int _items;
    private readonly IReadOnlyDictionary<int, (string Host, AttemptRecord Record)> _cached;
    private readonly Dictionary<int, (string Host, AttemptRecord Record)> _records;
    private readonly Dictionary<int, int> _attempts = [];
    private readonly Dictionary<int, List<Attempt>> _made = [];
    private readonly List<AttemptRecord> _lost = [];

    // Of an item that was given to another host, what the first one still finishes doesn't count.
    private readonly Dictionary<int, int> _firstValid = [];

    /// <param name="run">The run's id.</param>
    /// <param name="items">Items of the run.</param>
    /// <param name="cached">Results that are there from the start, each with the host that has it.</param>
    public RunRecords(string run, int items, IReadOnlyDictionary<int, (string Host, AttemptRecord Record)> cached)
    {
        _run = run;
        _items = items;
        _cached = cached;
        _records = new Dictionary<int, (string Host, AttemptRecord Record)>(cached);
    }

    /// <summary>Whether somebody has cancelled the run.</summary>
    public bool Cancelled { get; private set; }

    /// <summary>By whom or why, as <see cref="RunResult.CancelledBy"/>.</summary>
    public string CancelledBy { get; private set; } = "";

    /// <summary>Items that have no result yet.</summary>
    public int Missing => _items - _records.Count;

    /// <summary>Items that have one; what a cancellation has ended has a record and none.</summary>
    public int Done => _records.Values.Count(pair => pair.Record.Outcome != Outcome.Cancelled);

    public int Failed => _records.Values.Count(pair => pair.Record.Outcome is not (Outcome.Passed or Outcome.Cancelled));

    public int Cached => _records.Values.Count(pair => pair.Record.Run != _run);

    /// <summary>Whether anything was run rather than reused.</summary>
    public bool Begun => _records.Count > _cached.Count || _attempts.Count > 0;

    /// <summary>How long the items took that have a result of this run; null when none has.</summary>
    public TimeSpan? AverageDuration => _records.Values.Where(pair => pair.Record.Run == _run).Select(pair => pair.Record.Duration.TotalSeconds).ToList() is { Count: > 0 } seconds
        ? TimeSpan.FromSeconds(seconds.Average())
        : null;

    /// <summary>Attempts that were lost with their workers, in the order in which that was heard.</summary>
    public IReadOnlyList<AttemptRecord> Lost => _lost;

    /// <summary>Changes whenever something has happened.</summary>
    public int Changes { get; private set; }

    public IEnumerable<int> MissingItems => Enumerable.Range(0, _items).Where(item => !_records.ContainsKey(item));

    public bool Has(int item) => _records.ContainsKey(item);

    /// <summary>The attempt that was begun last; 0 when none was.</summary>
    public int AttemptOf(int item) => _attempts.GetValueOrDefault(item);

    public void Began(int item, int attempt, string host)
    {
        // Until its record comes. One whose record never comes is lost with its host.
        if (!MadeOf(item).Exists(made => made.Number == attempt))
        {
            MadeOf(item).Add(new Attempt(attempt, Outcome.Lost, AttemptCause.HostLost, host, null));
        }

        if (attempt >= _firstValid.GetValueOrDefault(item, 1))
        {
            _attempts[item] = attempt;
            Changes++;
        }
    }

    /// <summary>Takes a result: the first that passes counts, or else that of the latest attempt.</summary>
    public void Take(int item, AttemptRecord record, string host)
    {
        if (record.Run == _run && record.Attempt < _firstValid.GetValueOrDefault(item, 1))
        {
            return;
        }

        if (!_records.TryGetValue(item, out var known) || (known.Record.Attempt < record.Attempt && known.Record.Outcome != Outcome.Passed))
        {
            _records[item] = (host, record);
            Changes++;
            if (_made.GetValueOrDefault(item) is [var only] && only.Number == record.Attempt)
            {
                // Its record tells all, and of very many items that counts.
                _made.Remove(item);
            }
        }
    }

    /// <summary>Notes an attempt that didn't become a result.</summary>
    public void Note(AttemptRecord record, string host)
    {
        var made = MadeOf(record.Item);
        made.RemoveAll(attempt => attempt.Number == record.Attempt);
        made.Add(Attempt.Of(record, host));
    }

    /// <summary>Notes that somebody has cancelled the run.</summary>
    public void Cancel(string by)
    {
        Cancelled = true;
        CancelledBy = CancelledBy.Length > 0 ? CancelledBy : by;
    }

    /// <summary>Makes an attempt the first that counts.</summary>
    public void Fence(int item, int attempt) => _firstValid[item] = attempt;

    public ItemResult ResultOf(int number, Item item)
    {
        var (host, record) = _records.GetValueOrDefault(number);
        var cached = _cached.ContainsKey(number) || (record is not null && record.Run != _run);
        return new ItemResult(
            item.Name,
            record?.Outcome ?? (Cancelled ? Outcome.Cancelled : Outcome.Lost),
            record,
            cached,
            cached ? 0 : Math.Max(record?.Attempt ?? 0, _attempts.GetValueOrDefault(number)),
            host ?? "")
        {
            Timeout = item.Timeout,
            FailedStep = record is { Step: > 0 and var step } && step <= item.Steps.Count ? item.Steps[step - 1] : null,
            OtherAttempts = cached || !_made.TryGetValue(number, out var made) ? [] : [.. made.Where(attempt => attempt.Number != record?.Attempt).OrderBy(attempt => attempt.Number).Select(Told)],
        };

        // Nobody waits for the end of an attempt that another one has come before.
        Attempt Told(Attempt attempt) => attempt.Record is null && record is not null && attempt.Number >= _firstValid.GetValueOrDefault(number, 1)
            ? attempt with { Cause = AttemptCause.Superseded }
            : attempt;
    }

    /// <summary>Reads a journal's line.</summary>
    /// <returns>The item that it is about, and what it does from now on; null when the line says nothing.</returns>
    public (int Item, ItemState State)? Read(string what, string text, string host)
    {
        if (what == "start")
        {
            if (text.Split(' ') is [var item, var attempt, _] && int.TryParse(item, CultureInfo.InvariantCulture, out var number) && int.TryParse(attempt, CultureInfo.InvariantCulture, out var attempts))
            {
                Began(number, attempts, host);
                return (number, ItemState.Running);
            }
        }
        else if (RecordIn(text) is { } record)
        {
            if (what == "done")
            {
                Take(record.Item, record, host);
            }
            else
            {
                Note(record, host);
                if (what == "lost")
                {
                    _lost.Add(record);
                }
            }

            Changes++;
            return (record.Item, what switch { "done" => ItemState.Done, "over" => ItemState.Over, _ => ItemState.Waiting });
        }

        return null;
    }

    // Mostly just one.
    private List<Attempt> MadeOf(int item)
    {
        if (!_made.TryGetValue(item, out var made))
        {
            _made.Add(item, made = new List<Attempt>(1));
        }

        return made;
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
}
