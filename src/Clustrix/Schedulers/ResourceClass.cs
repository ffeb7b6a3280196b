using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Schedulers;

/// <summary>Items that ask for the same, and so can be run by the same workers.</summary>
/// <param name="Name">A short name, unique in the run.</param>
/// <param name="Nodes">Machines that each item has at once.</param>
/// <param name="Cpus">Processor cores that each item keeps busy, on each machine.</param>
/// <param name="Memory">Bytes of memory that each item may need; 0 when they don't say.</param>
/// <param name="Items">How many there are.</param>
internal sealed record ResourceClass(string Name, int Nodes, int Cpus, long Memory, int Items)
{
    /// <summary>Puts items into classes, by what they ask for; the widest come first, because the narrow ones fill any gap.</summary>
    public static IReadOnlyDictionary<(int Nodes, int Cpus, long Memory), ResourceClass> Of(IReadOnlyCollection<Item> items) =>
        items.GroupBy(NeedsOf)
            .OrderByDescending(group => group.Key)
            .Select((group, index) => (group.Key, Class: new ResourceClass(string.Create(CultureInfo.InvariantCulture, $"c{index}"), group.Key.Nodes, group.Key.Cpus, group.Key.Memory, group.Count())))
            .ToDictionary(pair => pair.Key, pair => pair.Class);

    /// <summary>The class of each item, in the items' order.</summary>
    public static ResourceClass[] OfEach(IReadOnlyCollection<Item> items)
    {
        var classes = Of(items);
        return [.. items.Select(item => classes[NeedsOf(item)])];
    }

    /// <summary>Makes sure that every item can run on some host.</summary>
    /// <param name="items">The items.</param>
    /// <param name="hosts">The machines that there are.</param>
    /// <param name="partition">What a scheduler calls the part of its nodes that these machines are; null when no scheduler gives them.</param>
    /// <exception cref="ClustrixException">Items ask for more than any host has (<see cref="ErrorCode.RequestTooLarge"/>); one problem for all that ask for the same.</exception>
    public static void Check(IReadOnlyCollection<Item> items, IReadOnlyList<NodeFacts> hosts, string? partition)
    {
        var problems = items.GroupBy(NeedsOf)
            .Select(alike => (Items: alike, Request: TooLarge(alike.Key, hosts, partition)))
            .Where(lacking => lacking.Request is not null)
            .Select(lacking => new Problem(ErrorCode.RequestTooLarge, $"{Ask([.. lacking.Items])} {lacking.Request}") { Item = lacking.Items.First().Name })
            .ToList();
        if (problems.Count > 0)
        {
            throw new ClustrixException(problems);
        }
    }

    // A glob makes hundreds of items, and what is wrong with one of them is wrong with all.
    private static string Ask(Item[] items) => items.Length switch
    {
        1 => $"Item '{items[0].Name}' asks for",
        2 => $"Items '{items[0].Name}' and '{items[1].Name}' ask for",
        _ => string.Create(CultureInfo.InvariantCulture, $"Item '{items[0].Name}' and {items.Length - 1} others ask for"),
    };

    // What is asked for, what there is, and what to do; null where there is enough.
    private static string? TooLarge((int Nodes, int Cpus, long Memory) needs, IReadOnlyList<NodeFacts> hosts, string? partition)
    {
        if (partition is null && needs.Nodes > 1)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{needs.Nodes} nodes at once, which only a cluster with a scheduler gives. Run on such a cluster (slurm://…), or set Nodes to 1.");
        }

        if (needs.Nodes > hosts.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{needs.Nodes} nodes at once; the {partition} has {hosts.Count}. Ask for less, or name another {partition}.");
        }

        if (hosts.Any(host => Fits(needs.Cpus, needs.Memory, host)))
        {
            return null;
        }

        var withCores = hosts.Where(host => needs.Cpus <= host.Cores).ToList();
        var request = withCores.Count > 0 ? $"{ByteSize.Format(needs.Memory)} of memory" : string.Create(CultureInfo.InvariantCulture, $"{needs.Cpus} cores");
        if (partition is null)
        {
            return $"{request}; {string.Join(", ", hosts.Select(host => $"host '{host.HostName}' {Describe(host)}"))}. Ask for less, or name a larger cluster.";
        }

        // In what it lacks.
        var largest = withCores.Count > 0 ? withCores.MaxBy(host => host.MemoryBytes)! : hosts.MaxBy(host => host.Cores)!;
        return $"{request}; of the {partition}'s nodes the largest, '{largest.HostName}', {Describe(largest)}. Ask for less, or name another {partition}.";
    }

    /// <summary>How many workers a scheduler's nodes have room for.</summary>
    /// <param name="site">What the scheduler has.</param>
    /// <param name="partition">The partition that is asked; empty for the default one.</param>
    /// <param name="most">How many there may be; 0 for as many as there is room for, up to <see cref="MostWorkers"/>.</param>
    public int WorkersOn(BatchSite site, string partition, int most)
    {
        var room = site.NodesOf(partition).Sum(node => Fits(Cpus, Memory, node) ? Math.Min(node.Cores / Cpus, Memory > 0 && node.MemoryBytes > 0 ? (int)Math.Min(node.MemoryBytes / Memory, int.MaxValue) : int.MaxValue) : 0);
        return Math.Min(most > 0 ? most : Math.Clamp(room / Nodes, 1, MostWorkers), site.MaxArraySize);
    }

    /// <summary>How many workers a class gets that nobody has set a number for, however large the cluster is.</summary>
    public const int MostWorkers = 256;

    /// <summary>How many workers a host has for each class.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="slots">Cores that may be kept busy at once; 0 for all of the host's.</param>
    /// <param name="host">The host.</param>
    public static PoolPlan PlanOn(IEnumerable<ResourceClass> classes, int slots, NodeFacts host) =>
        new([.. classes.Select(c => (c.Name, Workers: c.WorkersOn(host, slots > 0 ? slots : host.Cores))).Where(part => part.Workers > 0)]);

    private static (int Nodes, int Cpus, long Memory) NeedsOf(Item item) => (item.Nodes, item.Cpus, item.Memory);

    private int WorkersOn(NodeFacts host, int slots)
    {
        if (!Fits(Cpus, Memory, host))
        {
            return 0;
        }

        var byMemory = Memory > 0 && host.MemoryBytes > 0 ? host.MemoryBytes / Memory : int.MaxValue;
        return (int)Math.Max(1, Math.Min(Math.Min(slots / Cpus, byMemory), Items));
    }

    private static bool Fits(int cpus, long memory, NodeFacts host) => cpus <= host.Cores && (host.MemoryBytes == 0 || memory <= host.MemoryBytes);

    private static string Describe(NodeFacts host) =>
        string.Create(CultureInfo.InvariantCulture, $"has {host.Cores} cores and {ByteSize.Format(host.MemoryBytes)}");
}
