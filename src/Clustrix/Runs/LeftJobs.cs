using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>
/// Jobs of runs that are over. A scheduler that has lost sight of them may have them in its queue again, and one that was down hasn't heard that
/// they are to end: so the store notes of which runs none is left, and whoever asks for the queue sees to the others.
/// </summary>
/// <param name="scheduler">The scheduler.</param>
/// <param name="log">Hears of what was taken out.</param>
/// <param name="time">The clock.</param>
internal sealed class LeftJobs(BatchScheduler scheduler, ILog log, TimeProvider time)
{
    // What is just ending takes no order, and a scheduler may put it back into the queue behind its end.
    private const int MostOrders = 5;
    private static readonly TimeSpan BetweenOrders = TimeSpan.FromSeconds(1);

    /// <summary>Takes all jobs of a run that is over out of the queue.</summary>
    /// <exception cref="ClustrixException">The scheduler doesn't take the order, or takes it and does nothing (<see cref="ErrorCode.SchedulerUnavailable"/>): jobs may be left.</exception>
    public async Task TakeOutAsync(NodeSession session, string run, CancellationToken cancellationToken)
    {
        var jobs = (await BatchScheduler.JobsAsync(session, run, cancellationToken).ConfigureAwait(false)).Ids;
        IReadOnlyList<WorkerTask> left = [];
        var isCertain = jobs.Count == 0;
        for (var order = 0; order < MostOrders && !isCertain; order++)
        {
            await Task.Delay(order == 0 ? TimeSpan.Zero : BetweenOrders, time, cancellationToken).ConfigureAwait(false);
            isCertain = await scheduler.CancelAsync(session, jobs, cancellationToken).ConfigureAwait(false);
            var queue = new QueuedRuns(await scheduler.QueueAsync(session, TimeSpan.Zero, BatchScheduler.GlanceSeconds, cancellationToken).ConfigureAwait(false));
            left = queue.QueuedOf(run) ?? [];

            // Of an array the order is taken without a word when it has reached only some.
            isCertain &= queue.StateOf(run) == RunState.Stopped;
        }

        if (left.Count > 0)
        {
            throw new ClustrixException(
                ErrorCode.SchedulerUnavailable,
                $"{session.Host.Name}: {scheduler.Name} was told to end {(jobs.Count == 1 ? "job" : "jobs")} {string.Join(", ", left.Select(worker => worker.Job).Distinct())} and said that it would, and still has {Count.Of(left.Count, "worker")} of it in its queue ({WorkerChecks.MostCommon(left)}). Try its commands there by hand.");
        }

        // Otherwise whoever asks for the queue next sees to the run.
        if (isCertain)
        {
            await session.AskAsync($"dismiss {run}", null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes the jobs of all runs of the store that are over out of the queue; where the scheduler doesn't take the order, a warning says so.</summary>
    /// <param name="session">A conversation with the host where the scheduler's commands are.</param>
    /// <param name="queue">What the scheduler has of the store's runs.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The scheduler can't be asked (<see cref="ErrorCode.SchedulerUnavailable"/>).</exception>
    public async Task ClearAsync(NodeSession session, QueuedRuns queue, CancellationToken cancellationToken)
    {
        var (now, others) = await NoteAsync(session, queue, cancellationToken).ConfigureAwait(false);
        foreach (var run in others)
        {
            if (now.LeftOf(run) is > 0 and var left)
            {
                try
                {
                    await TakeOutAsync(session, run, cancellationToken).ConfigureAwait(false);
                    log.Say($"Run {run} is over, and {scheduler.Name} still had {Count.Of(left, "worker")} of it in its queue: {(left == 1 ? "it is" : "they are")} out of it.");
                }
                catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
                {
                    log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} {LeftBehind(run)}", Severity: Severity.Warning));
                }
            }
        }
    }

    /// <summary>What is told of a run that is over when its jobs can't be taken out of the queue.</summary>
    public string LeftBehind(string run) =>
        $"Jobs of run {run}, which is over, may be left in the queue: 'clustrix cancel {run}' takes them out when {scheduler.Name} answers, and so does the next run or clean-up there.";

    /// <summary>Has the store note the runs that are over and of which the scheduler has nothing.</summary>
    /// <param name="session">A conversation with the host where the scheduler's commands are.</param>
    /// <param name="queue">What the scheduler has of the store's runs; an answer that clients share may be older than a run's jobs.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What the scheduler has, by the newest answer, and the other runs that are over.</returns>
    /// <exception cref="ClustrixException">The scheduler can't be asked (<see cref="ErrorCode.SchedulerUnavailable"/>).</exception>
    public async Task<(QueuedRuns Queue, IReadOnlyList<string> Others)> NoteAsync(NodeSession session, QueuedRuns queue, CancellationToken cancellationToken)
    {
        var over = await session.AskListAsync("undismissed", null, line => line, cancellationToken).ConfigureAwait(false);
        if (over.Any(run => queue.StateOf(run) == RunState.Stopped))
        {
            queue = new QueuedRuns(await scheduler.QueueAsync(session, TimeSpan.Zero, BatchScheduler.GlanceSeconds, cancellationToken).ConfigureAwait(false));
        }

        var gone = over.Where(run => queue.StateOf(run) == RunState.Stopped).ToList();
        foreach (var run in gone)
        {
            await session.AskAsync($"dismiss {run}", null, cancellationToken).ConfigureAwait(false);
        }

        return (queue, [.. over.Except(gone)]);
    }
}
