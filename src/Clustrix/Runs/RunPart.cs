using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>
/// What one host does for a run: its queue and its workers, followed step by step. A step is one task; between two steps the part belongs
/// to whoever watches the run.
/// </summary>
internal sealed class RunPart : IAsyncDisposable
{
    private readonly string _run;
    private readonly IWorkforce _workforce;
    private readonly Dictionary<string, Journal> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _attempts = [];
    private readonly List<Func<CancellationToken, Task>> _orders = [];
    private readonly List<(string Event, string Text)> _events = [];
    private readonly List<(int Item, AttemptRecord Record)> _records = [];
    private readonly List<AttemptRecord> _others = [];
    private readonly Dictionary<int, string> _otherBeats = [];
    private string[] _forgotten = [];
    private List<string>? _yielded;
    private Task? _step;
    private RunState _told = RunState.Running;

    public RunPart(ClusterHost host, string run, PoolPlan plan, IWorkforce workforce)
    {
        Host = host;
        Plan = plan;
        _run = run;
        _workforce = workforce;
    }

    public ClusterHost Host { get; }

    public PoolPlan Plan { get; }

    /// <summary>What the run does here, as far as it is known.</summary>
    public RunState State => _workforce.StateOf(_told);

    /// <summary>How long it may take until workers that were started begin something.</summary>
    public TimeSpan LongestStart => _workforce.LongestStart;

    public bool Cancelled { get; private set; }

    /// <summary>By whom or why, as <see cref="RunResult.CancelledBy"/>.</summary>
    public string CancelledBy { get; private set; } = "";

    /// <summary>When somebody there last watched over the items, by the host's clock; <see cref="Heartbeat.Unknown"/> when nobody says so.</summary>
    public string Beat { get; private set; } = Heartbeat.Unknown;

    /// <summary>The same of other hosts' pools in this store, by the numbers of the hosts, as the last look has told it.</summary>
    public IReadOnlyDictionary<int, string> OtherBeats => _otherBeats;

    /// <summary>Whether the records of the items that still lacked one were read after the node had said <see cref="State"/>.</summary>
    public bool RecordsRead { get; private set; }

    /// <summary>Entries that are this host's and that no worker has begun, by item, as far as this client knows.</summary>
    public Dictionary<int, string> Queue { get; } = [];

    /// <summary>Items that are being run.</summary>
    public IReadOnlyCollection<int> Running => _attempts.Keys;

    /// <summary>Entries of second attempts at stragglers that nobody has begun, by item, as far as this client knows.</summary>
    public Dictionary<int, string> Stragglers { get; } = [];

    /// <summary>Items that wait here for their next attempt.</summary>
    public HashSet<int> Waiting { get; } = [];

    /// <summary>Entries that are another host's by now, and that this one hasn't been told to forget.</summary>
    public List<string> Disowned { get; } = [];

    /// <summary>Why the host is out of sight; null when it isn't.</summary>
    public ClustrixException? Failure { get; set; }

    /// <summary>When it was lost sight of, and when to look again, by the client's clock; only with <see cref="Failure"/>.</summary>
    public (long Since, int Tries) Absence { get; set; }

    /// <summary>When the next step is due, in the clock's ticks.</summary>
    public long Due { get; set; }

    /// <summary>When the last step began, likewise.</summary>
    public long Looked { get; set; }

    /// <summary>When something was last seen to go on, and when workers were last started.</summary>
    public (long Lively, long Started) Signs { get; set; }

    public Task? Step => _step;

    public bool HasOrders => _orders.Count > 0;

    public bool IsHere => Failure is null;

    /// <summary>Notes what an item does here; its entry has been taken.</summary>
    public void Put(int item, ItemState state)
    {
        // A straggler may be run twice at once.
        var attempts = _attempts.GetValueOrDefault(item);
        Drop(item);
        switch (state)
        {
            case ItemState.Running:
                _attempts[item] = attempts + 1;
                break;
            case ItemState.Over when attempts > 1:
                _attempts[item] = attempts - 1;
                break;
            case ItemState.Waiting:
                Waiting.Add(item);
                break;
        }
    }

    /// <summary>Notes that an item is none of this host's any more.</summary>
    public void Drop(int item)
    {
        Queue.Remove(item);
        Stragglers.Remove(item);
        _attempts.Remove(item);
        Waiting.Remove(item);
    }

    /// <summary>Has the next step begin with something.</summary>
    public void Order(Func<CancellationToken, Task> order) => _orders.Add(order);

    /// <summary>Takes back what was ordered and isn't under way.</summary>
    public void DropOrders() => _orders.Clear();

    /// <summary>Starts this host's workers; those that are there go on.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _workforce.StartAsync(cancellationToken);

    /// <summary>Has begun, beside the steps, what is to be found out and done about workers now.</summary>
    /// <param name="isFollowed">Whether workers that are gone are replaced.</param>
    public void Proceed(bool isFollowed)
    {
        if (_told != RunState.Ended)
        {
            _workforce.Proceed(isFollowed && !Cancelled);
        }
    }

    /// <summary>Sees to it that nobody is left who would never find out by himself that the run is over.</summary>
    /// <param name="isOver">Whether the run is over, whatever was told here last.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task DismissAsync(bool isOver, CancellationToken cancellationToken) => isOver || _told == RunState.Ended ? _workforce.DismissAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _workforce.DisposeAsync();

    public Task HoldAsync(CancellationToken cancellationToken) => AskAsync($"hold {_run}", cancellationToken);

    /// <summary>Lets the host's workers end when nothing is left for them.</summary>
    /// <param name="word">What the host is to know of the run, see <see cref="UntoldHosts"/>: <c>over</c>, when a host that isn't here doesn't know, or <c>closed</c>; empty when it isn't over.</param>
    /// <param name="cancellationToken">Stops.</param>
    public Task ReleaseAsync(string word, CancellationToken cancellationToken) => AskAsync($"release {_run} {word}".TrimEnd(), cancellationToken);

    /// <summary>The paths of the payload that items of the run have changed on this host. For a run that is over.</summary>
    public async Task<IReadOnlyList<string>> InspectAsync(CancellationToken cancellationToken) =>
        await Host.Session.AskListAsync($"inspect {_run}", null, ShellText.Unescape, cancellationToken).ConfigureAwait(false);

    /// <summary>Has what a lost host had in hand go back to the queue of the store.</summary>
    /// <returns>How many items that were.</returns>
    public async Task<int> ReclaimAsync(int member, CancellationToken cancellationToken) =>
        (await Host.Session.AskListAsync($"reclaim {_run}", [string.Create(CultureInfo.InvariantCulture, $"{member} HostLost")], line => line, cancellationToken).ConfigureAwait(false)).Count;

    public Task GiveAsync(IReadOnlyList<string> entries, CancellationToken cancellationToken) => Host.Session.AskWithListAsync($"give {_run}", entries, cancellationToken);

    /// <summary>
    /// Has the next step tell the host to forget what is <see cref="Disowned"/>, and to end what it has begun of it. It stays disowned until the host has
    /// heard: a step that looks for a lost host may fail before.
    /// </summary>
    public void OrderToForget()
    {
        string[] entries = [.. Disowned];
        if (entries.Length > 0)
        {
            Order(async token =>
            {
                await Host.Session.AskWithListAsync($"forget {_run}", entries, token).ConfigureAwait(false);
                _forgotten = entries;
            });
        }
    }

    /// <summary>Carries out what is ordered. For a part that has no step any more.</summary>
    public async Task ObeyAsync(CancellationToken cancellationToken)
    {
        foreach (var order in _orders)
        {
            await order(cancellationToken).ConfigureAwait(false);
        }

        _orders.Clear();
    }

    /// <summary>Takes entries that nobody has begun away from this host; they come with the step's outcome.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="stragglers">Whether they are to be second attempts at stragglers, or items that nobody has attempted.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task YieldAsync(int count, bool stragglers, CancellationToken cancellationToken) =>
        _yielded = await Host.Session.AskListAsync(string.Create(CultureInfo.InvariantCulture, $"yield {_run} {count} {(stragglers ? "beside" : "first")}"), null, line => line, cancellationToken).ConfigureAwait(false);

    /// <summary>Begins a step: reconnects when it has to, carries out the orders, then looks what has happened.</summary>
    /// <param name="missing">Items whose records are to be read, beyond what the journals tell.</param>
    /// <param name="others">The numbers of hosts with the same store whose journals are to be read here, as they can't be asked.</param>
    /// <param name="patience">How long the host may be silent.</param>
    /// <param name="cancellationToken">Stops.</param>
    public void Begin(IReadOnlyList<int> missing, IReadOnlyList<int> others, TimeSpan patience, CancellationToken cancellationToken)
    {
        Func<CancellationToken, Task>[] orders = [.. _orders];
        _orders.Clear();
        _step = StepAsync(orders, missing, others, patience, cancellationToken);
    }

    /// <summary>Ends a step that is complete.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<RunNews> EndAsync()
    {
        var step = _step!;
        _step = null;
        ClustrixException? failure = null;
        try
        {
            await step.ConfigureAwait(false);
        }
        catch (ClustrixException e)
        {
            failure = e;
        }

        Disowned.RemoveAll(_forgotten.Contains);
        _forgotten = [];

        // What arrived before a failure has arrived: the journals' offsets have moved.
        var news = new RunNews([.. _events], [.. _records], [.. _others], _yielded, failure);
        _events.Clear();
        _records.Clear();
        _others.Clear();
        _yielded = null;
        return news;
    }

    /// <summary>Reads the records of items, whatever the journals told.</summary>
    /// <returns>The results, and what else was tried of the same items.</returns>
    public async Task<(IReadOnlyList<(int Item, AttemptRecord Record)> Results, IReadOnlyList<AttemptRecord> Others)> ReadRecordsAsync(
        IEnumerable<int> items, CancellationToken cancellationToken)
    {
        var lines = await Host.Session.AskListAsync(
            $"records {_run}",
            items.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            line => line.Split(' ', 2) switch
            {
                ["attempt", var record] => (Item: (int?)null, Record: AttemptRecord.Parse(record)),
                var words => (int.Parse(words[0], CultureInfo.InvariantCulture), AttemptRecord.Parse(words[1])),
            },
            cancellationToken).ConfigureAwait(false);
        return (
            [.. lines.Where(line => line.Item is not null).Select(line => (line.Item!.Value, line.Record))],
            [.. lines.Where(line => line.Item is null).Select(line => line.Record)]);
    }

    private async Task StepAsync(
        Func<CancellationToken, Task>[] orders, IReadOnlyList<int> missing, IReadOnlyList<int> others, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (patience > TimeSpan.Zero)
        {
            limit.CancelAfter(patience);
        }

        try
        {
            foreach (var order in orders)
            {
                await order(limit.Token).ConfigureAwait(false);
            }

            await PollAsync(others, limit.Token).ConfigureAwait(false);
            RecordsRead = State != RunState.Running && missing.Count > 0;
            if (RecordsRead)
            {
                var (results, attempts) = await ReadRecordsAsync(missing, limit.Token).ConfigureAwait(false);
                _records.AddRange(results);
                _others.AddRange(attempts);
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ClustrixException(
                ErrorCode.HostTimeout, $"{Host.Name} hasn't answered for {patience.TotalSeconds:0} s. Look at its load and its file system; the work there is not lost.", e);
        }
    }

    private async Task PollAsync(IReadOnlyList<int> others, CancellationToken cancellationToken)
    {
        await _workforce.HearAsync().ConfigureAwait(false);
        var seen = _journals.Select(pair => $"{pair.Key}:{pair.Value}");
        var members = string.Concat(others.Select(number => string.Create(CultureInfo.InvariantCulture, $",{number}")));
        _otherBeats.Clear();
        var answer = await Host.Session.AskAsync($"watch {_run} {_workforce.Members}{members} {string.Join(' ', seen)}", ReadLineAsync, cancellationToken).ConfigureAwait(false);
        var words = answer.Split(' ');
        Beat = words[0];
        if (words.Length > 2)
        {
            Cancelled = true;
            CancelledBy = string.Join(' ', words[3..]);
        }

        _told = Host.Session.Read(answer, _ => RunStateText.Parse(words[1]));
    }

    // journal NAME BYTES, and then the bytes; or member NUMBER BEAT
    private async Task ReadLineAsync(string line, CancellationToken cancellationToken)
    {
        var words = line.Split(' ');
        if (words is ["member", var member, var beat])
        {
            _otherBeats[Host.Session.Read(member, number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))] = beat;
            return;
        }

        if (words is not ["journal", var name, var length])
        {
            throw new ClustrixException(ErrorCode.ProtocolError, $"{Host.Name}: unexpected answer '{line}' about run {_run}.");
        }

        var bytes = await Host.Session.ReadBytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        if (!_journals.TryGetValue(name, out var journal))
        {
            _journals[name] = journal = new Journal();
        }

        _events.AddRange(journal.Append(bytes));
    }

    private Task AskAsync(string request, CancellationToken cancellationToken) => Host.Session.AskAsync(request, null, cancellationToken);
}
