using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>A run with everything that came of it on this machine.</summary>
/// <param name="Run">The run.</param>
/// <param name="Push">The push of its payload; <see cref="PushResult.None"/> for a run that was collected by its id.</param>
/// <param name="Items">Each item with its logs and outputs, in the workload's order.</param>
/// <param name="Directory">The run's artifacts directory, absolute.</param>
public sealed record RunReport(RunResult Run, PushResult Push, IReadOnlyList<CollectedItem> Items, string Directory);
