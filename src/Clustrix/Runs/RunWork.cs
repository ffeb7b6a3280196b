using Clustrix.Schedulers;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>The work of a run: its items, what each of them asks for, and what is known of them.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">The items.</param>
/// <param name="Records">What is known of them. Only whoever watches the run writes to it, between the steps of its parts.</param>
internal sealed record RunWork(string Run, IReadOnlyList<Item> Items, RunRecords Records)
{
    /// <summary>The class of each item.</summary>
    public IReadOnlyList<ResourceClass> Classes { get; } = ResourceClass.OfEach(Items.ToList());

    /// <summary>How many items of each class have no result yet.</summary>
    public IReadOnlyDictionary<ResourceClass, int> Unfinished => Records.MissingItems.CountBy(item => Classes[item]).ToDictionary();
}
