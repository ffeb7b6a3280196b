using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>What a scheduler has of the runs of a store.</summary>
/// <param name="Workers">Their workers; null when the scheduler can't be asked.</param>
internal sealed record QueuedRuns(IReadOnlyList<WorkerTask>? Workers)
{
    /// <summary>What a run does that isn't over and at which the store sees nobody at work.</summary>
    public RunState StateOf(string run) => LiveOf(run)?.ToList() switch
    {
        null => RunState.Unknown,
        [] => RunState.Stopped,
        var live => live.TrueForAll(IsQueued) ? RunState.Waiting : RunState.Running,
    };

    /// <summary>How many workers of a run that is over are in the queue; null when that isn't known. Those that run find out by themselves.</summary>
    public int? LeftOf(string run) => QueuedOf(run)?.Count;

    /// <summary>The workers of a run that wait in the queue; null when that isn't known.</summary>
    public IReadOnlyList<WorkerTask>? QueuedOf(string run) => LiveOf(run)?.Where(IsQueued).ToList();

    private static bool IsQueued(WorkerTask worker) => worker.Phase is TaskPhase.Waiting or TaskPhase.Held or TaskPhase.Stuck;

    private IEnumerable<WorkerTask>? LiveOf(string run) => Workers?.Where(worker => worker.IsLive && WorkerTask.RunOf(worker.Array) == run);
}
