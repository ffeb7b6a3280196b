using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>A run with everything that came of it on this machine.</summary>
/// <param name="Run">The run.</param>
/// <param name="Push">The push of its payload; <see cref="PushResult.None"/> for a run that was collected by its id.</param>
/// <param name="Items">Each item with its logs and outputs, in the workload's order.</param>
/// <param name="Directory">The run's artifacts directory, absolute.</param>
public sealed record RunReport(RunResult Run, PushResult Push, IReadOnlyList<CollectedItem> Items, string Directory)
{
    /// <summary>Whether every item passed and all outputs are here.</summary>
    public bool IsWhole => Items.All(item => item.IsWhole);

    /// <summary>The items that didn't pass or whose outputs aren't here.</summary>
    public IEnumerable<CollectedItem> Failures => Items.Where(item => item.IsFailed);

    /// <summary>Whether items have no result yet.</summary>
    public bool IsUnfinished => Items.Any(item => item.Result.Outcome == Outcome.Unfinished);
}
