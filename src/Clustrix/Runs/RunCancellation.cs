using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Cancels a run on its hosts.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="run">The run's id.</param>
/// <param name="log">Hears what has become of it.</param>
internal sealed class RunCancellation(ClusterHosts cluster, string run, ILog log)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Ends every process of every item that the host's store knows of, and takes the run's jobs out of the scheduler's queue.</summary>
    /// <exception cref="ClustrixException">
    /// The store doesn't know the run (<see cref="ErrorCode.UnknownRun"/>). The scheduler doesn't take the order (<see cref="ErrorCode.SchedulerUnavailable"/>): the
    /// run is cancelled all the same, and its jobs are left to whoever comes next.
    /// </exception>
    public async Task<Cancellation> OnAsync(NodeSession session, CancellationToken cancellationToken)
    {
        var before = session.Read(await session.AskAsync($"cancel {run} by {cluster.ClientName}", null, cancellationToken).ConfigureAwait(false), answer => answer.Split(' '));
        var done = new Cancellation(run, RunStateText.Parse(before[0]), before.Contains("cancelled"));
        var jobs = await BatchScheduler.JobsAsync(session, run, cancellationToken).ConfigureAwait(false);
        if (jobs.Ids.Count == 0)
        {
            return done;
        }

        // Whoever cancels may know the run's store only, and not who gave the workers.
        var scheduler = BatchScheduler.Of(await RunDescription.BatchAsync(session, run, cancellationToken).ConfigureAwait(false) ?? cluster.Batch!.Options);
        var left = new LeftJobs(scheduler, log, TimeProvider.System);
        var count = done.Before == RunState.Ended ? await CountAsync(scheduler, session, cancellationToken).ConfigureAwait(false) : 0;
        try
        {
            await left.TakeOutAsync(session, run, cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            throw new ClustrixException(
                e.Code,
                $"{e.Problems[0].Message} {(done.Before == RunState.Ended ? "" : $"Run {run} is cancelled: its workers begin nothing more. ")}{left.LeftBehind(run)}",
                e);
        }

        return done with { Scheduler = scheduler.Name, TakenOut = count };
    }

    /// <summary>Cancels a run whose watching was stopped. The conversations may have been cut in the middle of an answer: so the request goes over sessions of its own.</summary>
    /// <param name="hosts">Those that have the run.</param>
    /// <param name="done">Its items that have a result.</param>
    /// <param name="items">All of its items.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ClustrixException">No host could be told; or none knows the run (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public async Task OverOwnSessionsAsync(IReadOnlyList<ClusterHost> hosts, int done, int items, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        var cancelled = hosts.Select(host => (Host: host, Task: OverOwnSessionAsync(host, limit.Token))).ToList();
        await Task.WhenAll(cancelled.Select(pair => pair.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var failed = cancelled.Where(pair => !pair.Task.IsCompletedSuccessfully).ToList();
        if (failed.Count == hosts.Count)
        {
            throw failed.Select(pair => pair.Task.Exception?.InnerException as ClustrixException).FirstOrDefault(e => e?.Code is ErrorCode.UnknownRun or ErrorCode.SchedulerUnavailable)
                ?? NotTold(failed[0].Host, failed[0].Task);
        }

        foreach (var (host, task) in failed)
        {
            log.Warn(new Problem(
                ErrorCode.ConnectionLost,
                $"{host.Name} couldn't be told that run {run} is cancelled ({task.Exception?.InnerException?.Message ?? "it didn't answer in time"}). Items of it may still run there: 'clustrix cancel {run}' ends them when the host is back.",
                Severity: Severity.Warning));
        }

        var told = failed.Count == 0 ? "" : $" on {string.Join(", ", hosts.Except(failed.Select(pair => pair.Host)).Select(host => host.Name))}";
        log.Say(
            $"Run {run} is cancelled{told}; its processes {(told.Length > 0 ? "there " : "")}are ended{(cluster.Batch is { } scheduler ? $", and no job of it is in the queue of {scheduler.Name}" : "")}. "
            + $"Kept are the results of {done} of {Count.Of(items, "item")}: the same again runs the rest, and 'clustrix collect {run}' brings what there is.");
    }

    private ClustrixException NotTold(ClusterHost host, Task task)
    {
        var failure = task.Exception?.InnerException as ClustrixException;
        return new ClustrixException(
            failure?.Code ?? ErrorCode.HostTimeout,
            $"{failure?.Problems[0].Message ?? $"{host.Name} didn't answer in time."} Run {run} couldn't be cancelled and may go on: 'clustrix cancel {run}' ends it when the host is back.",
            failure);
    }

    private async Task OverOwnSessionAsync(ClusterHost host, CancellationToken cancellationToken)
    {
        var session = await host.OpenAnotherAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await OnAsync(session, cancellationToken).ConfigureAwait(false);
        }
    }

    // Nobody needs to know for the order.
    private async Task<int> CountAsync(BatchScheduler scheduler, NodeSession session, CancellationToken cancellationToken)
    {
        try
        {
            var queued = new QueuedRuns(await scheduler.QueueAsync(session, TimeSpan.Zero, BatchScheduler.GlanceSeconds, cancellationToken).ConfigureAwait(false));
            return queued.LeftOf(run) ?? 0;
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            log.Detail(e.Message);
            return 0;
        }
    }
}
