using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Cancels a run whose watching was stopped.</summary>
internal static class RunCancellation
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The conversations may have been cut in the middle of an answer: so the request goes over sessions of its own.</summary>
    /// <exception cref="ClustrixException">No host could be told; or none knows the run (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static async Task OverOwnSessionsAsync(ClusterHosts cluster, IReadOnlyList<ClusterHost> hosts, ILog log, TimeProvider time, string run)
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

        log.Say($"Run {run} is cancelled; its processes are ended.");
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
