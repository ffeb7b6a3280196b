using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Brings items from hosts that have too many to hosts that have none, and from hosts that are lost to those that are left.</summary>
/// <param name="parts">The hosts' parts.</param>
/// <param name="work">The run's work.</param>
/// <param name="expected">How long an item is expected to take; null for one that has never passed.</param>
/// <param name="hasLeftOut">Whether a host of the cluster couldn't be used when the run was begun or joined: it may have a part of the run.</param>
/// <param name="sharers">The names of the hosts that take from one queue, by their numbers from 1, so that only what a lost host had begun has to be brought back; null when each has a queue of its own.</param>
/// <param name="log">Hears of it.</param>
/// <param name="time">The clock.</param>
internal sealed class RunSharing(
    IReadOnlyList<RunPart> parts, RunWork work, Func<int, TimeSpan?> expected, bool hasLeftOut, IReadOnlyList<string>? sharers, ILog log, TimeProvider time)
{
    // Nothing is given to hosts again and again without end.
    private const int MostAttempts = 5;

    // What a move takes: two steps of the client, and an idle pool looks for entries five times a second.
    private static readonly TimeSpan MoveCost = TimeSpan.FromMilliseconds(400);

    // Of an item of which nothing is known, in a run that has no result yet.
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(1);

    private readonly Dictionary<RunPart, RunPart> _receivers = [];
    private readonly Dictionary<RunPart, long> _idleSince = [];
    // A host that has an item that waits, and answers soon, begins it sooner.
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    private readonly AttemptPairs _pairs = new();
    private (int Changes, long Since) _rest = (0, time.GetTimestamp());

    /// <summary>Whether what one of the hosts says of its store is true of all.</summary>
    public bool HasOneStore => Sharers is not null;

    /// <summary>Whether a host of the cluster couldn't be used when the run was begun or joined: it may have a part of the run.</summary>
    public bool HasLeftOut => hasLeftOut;

    /// <summary>The names of the hosts that have one store; null when each has its own.</summary>
    public IReadOnlyList<string>? Sharers => sharers;

    /// <summary>For a run on a cluster; null when its work stays where it is.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="parts">The hosts' parts.</param>
    /// <param name="work">The run's work.</param>
    /// <param name="expected">How long an item is expected to take; null for one that has never passed.</param>
    /// <param name="log">Hears of it.</param>
    /// <param name="time">The clock.</param>
    public static RunSharing? On(ClusterHosts cluster, IReadOnlyList<RunPart> parts, RunWork work, Func<int, TimeSpan?> expected, ILog log, TimeProvider time) =>
        parts.Count > 1 || cluster.HasLeftOut || cluster.Sharers is not null ? new(parts, work, expected, cluster.HasLeftOut, cluster.Sharers, log, time) : null;

    /// <summary>The name under which an item waits: class, order, item, attempt.</summary>
    public static string Entry(ResourceClass itemClass, int order, int item, int attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{itemClass.Name}.{order:D6}.{item}.{attempt}");

    /// <summary>What is told of a lost host.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="count">How many items it hadn't finished.</param>
    /// <param name="code">Why it is lost.</param>
    public static Problem Lost(string host, int count, ErrorCode code) => new(
        code, $"{host} is lost; {Count.Of(count, "item")} that it hadn't finished {(count == 1 ? "is" : "are")} attempted on other hosts.", Severity: Severity.Warning);

    /// <summary>Notes which host begins with what; what is a host's that couldn't take it goes to the others.</summary>
    /// <param name="queues">The entries of each host, by its name.</param>
    public void Begin(IReadOnlyDictionary<string, IReadOnlyList<string>> queues)
    {
        foreach (var (host, entries) in queues)
        {
            if (parts.FirstOrDefault(part => part.Host.Name == host) is not { } part)
            {
                Spread(entries);
                continue;
            }

            foreach (var entry in entries)
            {
                part.Queue[ItemOf(entry)] = entry;
            }
        }
    }

    /// <summary>Notes that a host has put up a straggler for a second attempt.</summary>
    /// <param name="part">The host's part.</param>
    /// <param name="entry">The entry.</param>
    public void Offer(RunPart part, string entry)
    {
        if (!HasOneStore && !work.Records.Has(ItemOf(entry)))
        {
            part.Stragglers[ItemOf(entry)] = entry;
        }
    }

    /// <summary>Ends the other one of two attempts on two hosts, when one has decided.</summary>
    public void Settle(RunPart part, int item, ItemState state) => _pairs.Settle(part, item, state);

    /// <summary>Orders that hosts with a queue give to those without, and that those without try what takes others too long.</summary>
    public void Balance()
    {
        if (HasOneStore)
        {
            return;
        }

        TakeUpForgotten();
        var idle = parts.Where(part => part.IsHere && part.Queue.Count == 0 && part.Running.Count < part.Plan.Most).ToList();
        foreach (var part in parts.Except(idle))
        {
            _idleSince.Remove(part);
        }

        var average = idle.Count == 0 ? Unknown : work.Records.AverageDuration ?? Unknown;
        foreach (var receiver in idle.Where(part => !_receivers.ContainsValue(part)).ToList())
        {
            _idleSince.TryAdd(receiver, time.GetTimestamp());
            var donors = parts.Where(part => part != receiver && part.IsHere && !_receivers.ContainsKey(part) && part.Plan.Workers.All(w => receiver.Plan.Of(w.Class) > 0)).ToList();
            if (donors.MaxBy(part => Unbegun(part, average).Sum(expected => expected.TotalSeconds) / Math.Max(1, part.Plan.Most)) is { } busy && Share(busy, receiver, average) is > 0 and var count)
            {
                Yield(busy, receiver, count, stragglers: false);
            }
            else if (donors.FirstOrDefault(part => part.Stragglers.Count > 0) is { } late)
            {
                Yield(late, receiver, receiver.Plan.Most - receiver.Running.Count, stragglers: true);
            }
        }
    }

    /// <summary>Takes what a host has given up to the one that asked for it.</summary>
    public void Take(RunPart donor, RunNews news)
    {
        if (news.Failure is not null)
        {
            _receivers.Remove(donor);
        }

        if (news.Yielded is not { } entries || !_receivers.Remove(donor, out var receiver))
        {
            return;
        }

        if (entries.Count == 0)
        {
            // What we took for its queue has been begun.
            donor.Queue.Clear();
            donor.Stragglers.Clear();
            return;
        }

        receiver = receiver.IsHere ? receiver : donor;
        foreach (var entry in entries)
        {
            donor.Queue.Remove(ItemOf(entry));
            donor.Stragglers.Remove(ItemOf(entry));
            if (AttemptPairs.IsSecond(entry))
            {
                _pairs.Add(ItemOf(entry), donor, receiver, entry);
            }
        }

        Give(receiver, entries);
    }

    /// <summary>
    /// Gives what a lost host hasn't finished to those that are left; what it still finishes doesn't count. Of hosts with one store, <see cref="LostMembers"/>
    /// does that.
    /// </summary>
    public void GiveUp(RunPart lost)
    {
        int[] begun = [.. lost.Running.Concat(lost.Waiting).Where(item => !work.Records.Has(item) && !_pairs.IsLeft(lost, item))];
        foreach (var item in lost.Running.Concat(lost.Waiting).ToList())
        {
            lost.Drop(item);
        }

        if (HasOneStore)
        {
            return;
        }

        string[] entries =
        [
            .. lost.Queue.Where(pair => !_pairs.IsLeft(lost, pair.Key)).Select(pair => Again(pair.Key, OrderOf(pair.Value))),
            .. begun.Select(item => Again(item, item)),
        ];
        lost.Queue.Clear();
        if (entries.Length == 0)
        {
            return;
        }

        log.Warn(Lost(lost.Host.Name, entries.Length, lost.Failure!.Code));
        lost.Disowned.AddRange(entries);
        Spread(entries);
    }

    /// <summary>Gives out again what no host has any more.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool TakeUpOrphans()
    {
        string[] orphans = [.. work.Records.MissingItems.Where(item => work.Records.AttemptOf(item) < MostAttempts).Select(item => Again(item, item))];
        return orphans.Length > 0 && Spread(orphans);
    }

    // What was on its way from one host to another when a connection broke, both may take for the other's.
    private void TakeUpForgotten()
    {
        var isAtRest = parts.All(part => part.Running.Count + part.Waiting.Count == 0 && (part.IsHere ? time.GetElapsedTime(part.Looked) < LongestLook : part.Queue.Count == 0));
        if (!isAtRest || _rest.Changes != work.Records.Changes)
        {
            _rest = (work.Records.Changes, time.GetTimestamp());
        }
        else if (time.GetElapsedTime(_rest.Since) > LongestRest)
        {
            _rest = _rest with { Since = time.GetTimestamp() };
            foreach (var part in parts)
            {
                part.Queue.Clear();
            }

            TakeUpOrphans();
        }
    }

    private bool Spread(IEnumerable<string> entries)
    {
        var shares = parts.Where(part => part.IsHere).ToDictionary(part => part, _ => new List<string>());
        foreach (var entry in entries)
        {
            HeirOf(entry, shares)?.Value.Add(entry);
        }

        foreach (var (heir, share) in shares.Where(pair => pair.Value.Count > 0))
        {
            Give(heir, share);
        }

        return shares.Values.Any(share => share.Count > 0);
    }

    private void Yield(RunPart donor, RunPart receiver, int count, bool stragglers)
    {
        _receivers[donor] = receiver;
        donor.Order(token => donor.YieldAsync(count, stragglers, token));
    }

    // What is still there after so long isn't done soon where it is, whatever it is worth.
    private int Share(RunPart donor, RunPart receiver, TimeSpan average) => WorkMove.Count(
        Unbegun(donor, average),
        donor.Plan.Most,
        receiver.Plan.Most,
        time.GetElapsedTime(_idleSince[receiver]) < WorkMove.LeastWorth * MoveCost ? MoveCost : TimeSpan.Zero);

    // How long each is expected to take, as the node gives them up: the last first. A second attempt stays where it was given to, so that it
    // doesn't come back to the first one's host.
    private List<TimeSpan> Unbegun(RunPart part, TimeSpan average) =>
    [
        .. part.Queue.Where(pair => !AttemptPairs.IsSecond(pair.Value))
            .OrderByDescending(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => expected(pair.Key) ?? average),
    ];

    private static void Give(RunPart receiver, IReadOnlyList<string> entries)
    {
        foreach (var entry in entries)
        {
            receiver.Queue[ItemOf(entry)] = entry;
        }

        receiver.Order(token => receiver.GiveAsync(entries, token));
        receiver.Order(receiver.StartAsync);
    }

    // The shortest queue, of the hosts that can run it.
    private static KeyValuePair<RunPart, List<string>>? HeirOf(string entry, Dictionary<RunPart, List<string>> shares) =>
        shares.Where(pair => pair.Key.Plan.Of(entry[..entry.IndexOf('.', StringComparison.Ordinal)]) > 0)
            .Select(pair => (KeyValuePair<RunPart, List<string>>?)pair)
            .MinBy(pair => (double)(pair!.Value.Key.Queue.Count + pair.Value.Value.Count) / pair.Value.Key.Plan.Most);

    // The next attempt is the first that counts.
    private string Again(int item, int order)
    {
        var attempt = Math.Max(work.Records.AttemptOf(item), 1) + 1;
        work.Records.Fence(item, attempt);
        return Entry(work.Classes[item], order, item, attempt);
    }

    private static int OrderOf(string entry) => int.Parse(entry.Split('.')[1], CultureInfo.InvariantCulture);

    private static int ItemOf(string entry) => int.Parse(entry.Split('.')[2], CultureInfo.InvariantCulture);
}
