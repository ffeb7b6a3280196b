using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Tells why workers wait, whenever that changes.</summary>
/// <param name="run">The run's id.</param>
/// <param name="scheduler">What messages call the scheduler.</param>
/// <param name="log">Hears of it.</param>
internal sealed class WaitingWorkers(string run, string scheduler, ILog log)
{
    private string _waitsFor = "";
    private string _heldFor = "";

    /// <summary>Tells of the workers that wait now.</summary>
    public void Tell(WorkerRoster roster)
    {
        var held = roster.Workers.Where(worker => worker.Phase == TaskPhase.Held).ToList();
        var why = held.Count == 0 ? "" : WorkerChecks.MostCommon(held);
        if (why != _heldFor && why.Length > 0)
        {
            log.Warn(new Problem(
                ErrorCode.WorkersHeld,
                $"{scheduler} holds {Count.Of(held.Count, "worker")} of run {run} back ({why}): job {string.Join(", ", held.Select(worker => worker.Job).Distinct())} starts when somebody releases it. Find out why, and release it there; 'clustrix cancel {run}' takes it out of the queue.",
                Severity: Severity.Warning));
        }

        _heldFor = why;
        var waiting = roster.Workers.Where(worker => worker.Phase is TaskPhase.Waiting or TaskPhase.Suspended or TaskPhase.Stuck && worker.Reason.Length > 0).ToList();
        var reason = waiting.Count == 0 || roster.Workers.Any(worker => worker.Phase == TaskPhase.Running) ? "" : WorkerChecks.MostCommon(waiting);
        if (reason != _waitsFor && reason.Length > 0)
        {
            log.Say($"Run {run} waits in the queue of {scheduler}: {Count.Of(waiting.Count, "worker")} ({reason}).");
        }

        _waitsFor = reason;
    }
}
