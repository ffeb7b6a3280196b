using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Schedulers;

/// <summary>Items that ask for the same, and so can be run by the same workers.</summary>
/// <param name="Name">A short name, unique in the run.</param>
/// <param name="Cpus">Processor cores that each item keeps busy.</param>
/// <param name="Memory">Bytes of memory that each item may need; 0 when they don't say.</param>
/// <param name="Workers">Workers that take these items at once.</param>
internal sealed record ResourceClass(string Name, int Cpus, long Memory, int Workers)
{
    /// <summary>Puts items into classes and shares out one host to each; the widest comes first, because the narrow ones fill any gap.</summary>
    /// <param name="items">The items to run.</param>
    /// <param name="slots">Cores that may be kept busy at once; 0 for all of the host's.</param>
    /// <param name="facts">The host.</param>
    /// <exception cref="ClustrixException">An item asks for more than the host has (<see cref="ErrorCode.RequestTooLarge"/>); all such items at once.</exception>
    public static Dictionary<(int Cpus, long Memory), ResourceClass> Plan(IReadOnlyCollection<Item> items, int slots, NodeFacts facts)
    {
        var tooLarge = items.Where(item => item.Cpus > facts.Cores || (facts.MemoryBytes > 0 && item.Memory > facts.MemoryBytes)).ToList();
        if (tooLarge.Count > 0)
        {
            throw new ClustrixException([.. tooLarge.Select(item => new Problem(
                ErrorCode.RequestTooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Item '{item.Name}' asks for {(item.Cpus > facts.Cores ? $"{item.Cpus} cores" : $"{ByteSize.Format(item.Memory)} of memory")}; host '{facts.HostName}' has {facts.Cores} cores and {ByteSize.Format(facts.MemoryBytes)}. Ask for less, or name a larger cluster."))
            {
                Item = item.Name,
            })]);
        }

        var available = slots > 0 ? slots : facts.Cores;
        return items.GroupBy(item => (item.Cpus, item.Memory))
            .OrderByDescending(group => group.Key)
            .Select((group, index) => (group.Key, Class: new ResourceClass(
                string.Create(CultureInfo.InvariantCulture, $"c{index}"),
                group.Key.Cpus,
                group.Key.Memory,
                WorkersFor(group.Key.Cpus, group.Key.Memory, group.Count(), available, facts.MemoryBytes))))
            .ToDictionary(pair => pair.Key, pair => pair.Class);
    }

    /// <summary>The classes as the words of a request, <c>NAME:WORKERS</c> each, in the order in which they are run.</summary>
    public static string PlanText(IEnumerable<ResourceClass> classes) =>
        string.Join(' ', classes.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name}:{c.Workers}")));

    private static int WorkersFor(int cpus, long memory, int items, int slots, long hostMemory)
    {
        var byMemory = memory > 0 && hostMemory > 0 ? hostMemory / memory : int.MaxValue;
        return (int)Math.Max(1, Math.Min(Math.Min(slots / cpus, byMemory), items));
    }
}
