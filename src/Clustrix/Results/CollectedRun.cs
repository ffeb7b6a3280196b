using Clustrix.Runs;

namespace Clustrix.Results;

/// <summary>A run that was collected by its id, on whatever machine it was started.</summary>
/// <param name="Run">The run.</param>
/// <param name="Items">Each item with its logs and outputs, in the workload's order.</param>
/// <param name="Directory">The run's artifacts directory, absolute.</param>
public sealed record CollectedRun(RunResult Run, IReadOnlyList<CollectedItem> Items, string Directory);
