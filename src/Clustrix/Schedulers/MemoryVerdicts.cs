using Clustrix.Node;
using Clustrix.Results;

namespace Clustrix.Schedulers;

/// <summary>Tells workers that were killed because their memory was exceeded from those that were killed by somebody, where only their logs do.</summary>
/// <param name="scheduler">Who gave them.</param>
internal sealed class MemoryVerdicts(BatchScheduler scheduler)
{
    private readonly Dictionary<(string Array, int Index, int? Restarts), bool> _verdicts = [];

    /// <summary>Looks at the logs of workers that were killed, once for each.</summary>
    /// <param name="session">A conversation with the host where the logs are.</param>
    /// <param name="directory">The run's directory below the store's root.</param>
    /// <param name="workers">The workers of one array.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The workers, with their true ends.</returns>
    public async Task<IReadOnlyList<WorkerTask>> OfAsync(NodeSession session, string directory, IReadOnlyList<WorkerTask> workers, CancellationToken cancellationToken)
    {
        var unknown = workers.Where(worker => IsKilled(worker) && !_verdicts.ContainsKey(KeyOf(worker))).ToList();
        if (unknown.Count > 0)
        {
            var found = await scheduler.OutOfMemoryAsync(session, directory, unknown, cancellationToken).ConfigureAwait(false);
            foreach (var worker in unknown)
            {
                _verdicts[KeyOf(worker)] = found.Contains(worker.Index);
            }
        }

        return [.. workers.Select(worker => IsKilled(worker) && _verdicts[KeyOf(worker)] ? worker with { End = TaskEnd.OutOfMemory } : worker)];
    }

    private static bool IsKilled(WorkerTask worker) => worker is { End: TaskEnd.Failed, Signal: Signal.Kill };

    private static (string Array, int Index, int? Restarts) KeyOf(WorkerTask worker) => (worker.Array, worker.Index, worker.Restarts);
}
