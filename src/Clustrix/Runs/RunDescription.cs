using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Schedulers;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>A run of the cluster as its stores describe it, for a client that didn't start it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">The items, in the workload's order.</param>
/// <param name="EnvironmentHash">The digest of the workload's snapshot.</param>
/// <param name="State">What the run did when it was asked for.</param>
/// <param name="Cancelled">Whether somebody had cancelled it then.</param>
/// <param name="Workspaces">The name of its payload's tree in the store of each host that knows the run, by the name of the host.</param>
/// <param name="Tree">The digest of that tree; see <see cref="Payload.Tree"/>.</param>
/// <param name="Slots">Cores that the run keeps busy on a host; 0 for all.</param>
/// <param name="Workers">The most workers that are at the run at once, on all hosts.</param>
public sealed record RunDescription(
    string Run,
    IReadOnlyList<Item> Items,
    string EnvironmentHash,
    RunState State,
    bool Cancelled,
    IReadOnlyDictionary<string, string> Workspaces,
    string Tree,
    int Slots,
    int Workers)
{
    private const int LongestList = 20;

    /// <summary>Hosts of the cluster that couldn't be asked: they may have results, and may be at work.</summary>
    public IReadOnlyList<string> NotAsked { get; init; } = [];

    /// <summary>As <see cref="RunResult.CancelledBy"/>.</summary>
    public string CancelledBy { get; init; } = "";

    /// <summary>As <see cref="RunStatus.Left"/>.</summary>
    public int? Left { get; init; } = 0;

    /// <summary>The numbers of the items that workers have in hand; of a run that has stopped, had.</summary>
    public IReadOnlySet<int> InHand { get; init; } = new HashSet<int>();

    /// <summary>What its scheduler was asked for when it was started; null when none gives the workers.</summary>
    internal BatchOptions? Batch { get; init; }

    /// <summary>The number of an item.</summary>
    /// <param name="name">The item's name, or its number from 0.</param>
    /// <exception cref="ClustrixException">The run has no such item (<see cref="ErrorCode.UnknownItem"/>).</exception>
    public int NumberOf(string name)
    {
        for (var number = 0; number < Items.Count; number++)
        {
            if (Items[number].Name == name)
            {
                return number;
            }
        }

        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < Items.Count
            ? index
            : throw new ClustrixException(
                ErrorCode.UnknownItem, $"Run {Run} has no item '{name}'. {Configuration.NearestName.Hint(name, [.. Items.Take(LongestList).Select(item => item.Name)])}");
    }

    /// <summary>Whether a host's store has a run.</summary>
    internal static async Task<bool> KnowsAsync(ClusterHost host, string run, CancellationToken cancellationToken) =>
        await TryAsync(host, run, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>What its scheduler was asked for when it was started; null when none gives the workers.</summary>
    internal static async Task<BatchOptions?> BatchAsync(NodeSession session, string run, CancellationToken cancellationToken)
    {
        var (_, _, _, _, _, document) = await DocumentAsync(session, run, cancellationToken).ConfigureAwait(false);
        return RunDocument.Read(run, document).Batch;
    }

    /// <summary>Asks all stores that know a run.</summary>
    internal static async Task<RunDescription> AskAsync(ClusterHosts cluster, string run, CancellationToken cancellationToken)
    {
        var answers = await cluster.EachAsync(cluster.Stores, host => TryAsync(host, run, cancellationToken)).ConfigureAwait(false);
        var known = answers.Where(pair => pair.Result is not null).Select(pair => (pair.Host, Answer: pair.Result!.Value)).ToList();
        if (known.Count == 0)
        {
            throw new ClustrixException(ErrorCode.UnknownRun, $"There is no run '{run}' any more.");
        }

        var (hash, tree, slots, items, batch) = RunDocument.Read(run, known[0].Answer.Document);
        var classes = ResourceClass.Of(items.ToList()).Values;
        var scheduler = cluster.SchedulerOf(batch);
        IEnumerable<ClusterHost> hosts = cluster.SharesStore ? cluster.Usable : known.Select(pair => pair.Host);
        return new RunDescription(
            run,
            items,
            hash,
            RunStateText.Together(known.Select(pair => pair.Answer.State)),
            known.Any(pair => pair.Answer.CancelledBy is not null),
            known.ToDictionary(pair => pair.Host.Name, pair => pair.Answer.Workspace, StringComparer.Ordinal),
            tree,
            slots,
            hosts.Sum(host => ClusterHosts.PlanOn(host, classes, slots, scheduler).Most))
        {
            NotAsked = cluster.NotAsked,
            CancelledBy = known.Select(pair => pair.Answer.CancelledBy).FirstOrDefault(by => by?.Length > 0) ?? "",
            InHand = known.SelectMany(pair => pair.Answer.InHand).ToHashSet(),
            Left = known.Any(pair => pair.Answer.HasLeft) ? null : 0,
            Batch = batch,
        };
    }

    private static async Task<(RunState State, string? CancelledBy, bool HasLeft, string Workspace, int[] InHand, byte[] Document)?> TryAsync(ClusterHost host, string run, CancellationToken cancellationToken)
    {
        try
        {
            return await DocumentAsync(host.Session, run, cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.UnknownRun)
        {
            return null;
        }
    }

    private static async Task<(RunState State, string? CancelledBy, bool HasLeft, string Workspace, int[] InHand, byte[] Document)> DocumentAsync(
        NodeSession session, string run, CancellationToken cancellationToken)
    {
        var workspace = "";
        int[] inHand = [];
        byte[] document = [];
        var answer = await session.AskAsync(
            $"describe {run}",
            async (line, token) =>
            {
                var (what, value) = session.Read(line, text => text.Split(' ') is [var word, var rest] ? (word, rest) : throw new FormatException());
                if (what == "workspace")
                {
                    workspace = value;
                }
                else if (what == "running")
                {
                    inHand = session.Read(value, text => text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray());
                }
                else
                {
                    document = await session.ReadBytesAsync(session.Read(value, text => int.Parse(text, CultureInfo.InvariantCulture)), token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);

        // STATE [left] [cancelled [BY WHOM OR WHY]]
        var words = answer.Split(' ');
        var cancelled = Array.IndexOf(words, "cancelled");
        return (RunStateText.Parse(words[0]), cancelled < 0 ? null : string.Join(' ', words[(cancelled + 1)..]), words.ElementAtOrDefault(1) == "left", workspace, inHand, document);
    }
}
