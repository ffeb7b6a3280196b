using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>Asks a scheduler for the workers of a run, those included whom its queue has forgotten.</summary>
/// <param name="run">The run's id.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="time">The clock.</param>
internal sealed class RollCall(string run, BatchScheduler scheduler, TimeProvider time)
{
    // A controller tells its accounting late of what it has ended, but not never. What it has lost by then it doesn't tell at all.
    private static readonly TimeSpan LongestHearsay = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string Array, int Index), long> _leftQueue = [];
    private readonly MemoryVerdicts _memory = new(scheduler);

    /// <summary>What the queue had of all runs when it was asked last; null before.</summary>
    public IReadOnlyList<WorkerTask>? Queue { get; private set; }

    /// <summary>Asks.</summary>
    /// <param name="session">A conversation with the host where the scheduler's commands are.</param>
    /// <param name="known">What was told before.</param>
    /// <param name="age">How old the answer may be.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What the scheduler says now; what it said before, when it can't be asked and the run has workers.</returns>
    public async Task<WorkerRoster> CallAsync(NodeSession session, WorkerRoster known, TimeSpan age, CancellationToken cancellationToken)
    {
        var noted = await BatchScheduler.JobsAsync(session, run, cancellationToken).ConfigureAwait(false);
        if (noted.Ids.Count == 0)
        {
            return WorkerRoster.None with { Directory = noted.Directory };
        }

        try
        {
            var queue = await scheduler.QueueAsync(session, age, cancellationToken).ConfigureAwait(false);
            Queue = queue;
            var arrays = new Dictionary<string, IReadOnlyList<WorkerTask>>(StringComparer.Ordinal);
            foreach (var (name, job) in noted.Ids)
            {
                var workers = await WithForgottenAsync(
                    session, name, job, noted.Begun[name], [.. queue.Where(task => task.Array == name)], known.Arrays.GetValueOrDefault(name), cancellationToken).ConfigureAwait(false);
                arrays[name] = await _memory.OfAsync(session, noted.Directory, workers, cancellationToken).ConfigureAwait(false);
            }

            return new WorkerRoster(noted.Directory, noted.Ids, arrays);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            return known with { Directory = noted.Directory, Jobs = noted.Ids, Absence = e };
        }
    }

    // The queue forgets workers, one by one or with their array, and then the accounting has to tell of them. What has ended doesn't change
    // any more: that is asked once.
    private async Task<IReadOnlyList<WorkerTask>> WithForgottenAsync(
        NodeSession session, string name, string job, IReadOnlyList<int> begun, List<WorkerTask> queued, IReadOnlyList<WorkerTask>? known, CancellationToken cancellationToken)
    {
        foreach (var task in queued)
        {
            _leftQueue.Remove((name, task.Index));
        }

        var absent = (known ?? []).Where(task => queued.All(other => other.Index != task.Index)).ToList();
        if (known is not null && absent.All(task => !task.IsLive) && !_leftQueue.ContainsKey((name, WorkerTask.WholeArray)))
        {
            return [.. queued, .. absent];
        }

        // Of an array that another client submitted some may just have ended.
        if ((known is null || _leftQueue.ContainsKey((name, WorkerTask.WholeArray))) && !IsAwaited(name, WorkerTask.WholeArray))
        {
            _leftQueue.Remove((name, WorkerTask.WholeArray));
        }

        var told = await scheduler.EndedAsync(session, name, job, cancellationToken).ConfigureAwait(false);
        if (told is null && known is null)
        {
            // Whoever was never started is in the queue, and has nothing in hand.
            return queued.Count == 0
                ? [WorkerTask.Forgotten(name, job)]
                : [.. queued, .. begun.Where(index => queued.All(task => task.Index != index)).Select(index => WorkerTask.Forgotten(name, job, index))];
        }

        var isCertain = !scheduler.TellsOfDeleted && (told is not null || begun.Count == 0);
        var others = (told ?? [])
            .Where(task => queued.All(other => other.Index != task.Index))
            .Select(task => task.IsLive && HasBeenAway(name, task.Index) >= LongestHearsay ? task.AsForgotten() : task)
            .ToList();
        return
        [
            .. queued,
            .. others,
            .. absent.Where(task => others.All(other => other.Index != task.Index)).Select(task => !task.IsLive || (isCertain && IsAwaited(name, task.Index)) ? task : Gone(task, isCertain)),
        ];
    }

    // Whether the accounting may still tell of a worker that has left the queue.
    private bool IsAwaited(string array, int index) => HasBeenAway(array, index) < scheduler.AccountingDelay;

    private TimeSpan HasBeenAway(string array, int index)
    {
        _leftQueue.TryAdd((array, index), time.GetTimestamp());
        return time.GetElapsedTime(_leftQueue[(array, index)]);
    }

    // Whom the accounting should know and doesn't has never run, and neither has anybody of an array without a log: only somebody's order takes
    // it out of the queue. Of others nobody knows how they ended. That they did is certain.
    private static WorkerTask Gone(WorkerTask task, bool isCertain) =>
        isCertain && task.Phase is TaskPhase.Waiting or TaskPhase.Held or TaskPhase.Stuck ? task.AsDeleted() : task.AsForgotten();
}
