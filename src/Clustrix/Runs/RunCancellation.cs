using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>Cancels a run whose watching was stopped.</summary>
internal static class RunCancellation
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The conversations may have been cut in the middle of an answer: so the request goes over sessions of its own.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="hosts">Those that have the run.</param>
    /// <param name="log">Hears what has become of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="done">Its items that have a result.</param>
    /// <param name="items">All of its items.</param>
    /// <exception cref="ClustrixException">No host could be told; or none knows the run (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static async Task OverOwnSessionsAsync(ClusterHosts cluster, IReadOnlyList<ClusterHost> hosts, ILog log, TimeProvider time, string run, int done, int items)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        var cancelled = hosts.Select(host => (Host: host, Task: OnAsync(cluster, host, run, limit.Token))).ToList();
        await Task.WhenAll(cancelled.Select(pair => pair.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var failed = cancelled.Where(pair => !pair.Task.IsCompletedSuccessfully).ToList();
        if (failed.Count == hosts.Count)
        {
            throw failed.Select(pair => pair.Task.Exception?.InnerException as ClustrixException).FirstOrDefault(e => e?.Code == ErrorCode.UnknownRun)
                ?? NotTold(failed[0].Host, failed[0].Task, run);
        }

        foreach (var (host, task) in failed)
        {
            log.Warn(new Problem(
                ErrorCode.ConnectionLost,
                $"{host.Name} couldn't be told that run {run} is cancelled ({task.Exception?.InnerException?.Message ?? "it didn't answer in time"}). Cancel it again when the host is back: 'clustrix cancel {run}'.",
                Severity: Severity.Warning));
        }

        log.Say(
            $"Run {run} is cancelled; its processes are ended{(cluster.Batch is { } scheduler ? $", and no job of it is in the queue of {scheduler.Name}" : "")}. "
            + $"Kept are the results of {done} of {Count.Of(items, "item")}: the same again runs the rest, and 'clustrix collect {run}' brings what there is.");
    }

    private static ClustrixException NotTold(ClusterHost host, Task task, string run)
    {
        var failure = task.Exception?.InnerException as ClustrixException;
        return new ClustrixException(
            failure?.Code ?? ErrorCode.HostTimeout,
            $"{failure?.Problems[0].Message ?? $"{host.Name} didn't answer in time."} Run {run} couldn't be cancelled and may go on: 'clustrix cancel {run}' ends it when the host is back.",
            failure);
    }

    private static async Task OnAsync(ClusterHosts cluster, ClusterHost host, string run, CancellationToken cancellationToken)
    {
        var session = await host.OpenAnotherAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await cluster.CancelOnAsync(session, run, cancellationToken).ConfigureAwait(false);
        }
    }
}
