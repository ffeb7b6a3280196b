using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>Hosts that couldn't be reached when a run was cancelled on the others: its items go on there until somebody tells them.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="log">Hears of what was ended.</param>
internal sealed class UntoldHosts(ClusterHosts cluster, ILog log)
{
    /// <summary>Cancels on each host the runs that somebody has cancelled on another one.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (cluster.Stores.Count == 1)
        {
            return;
        }

        var known = await cluster.EachAsync(cluster.Stores, host => AskAsync(host.Session, cancellationToken)).ConfigureAwait(false);
        var cancelled = known.SelectMany(pair => pair.Result).Where(run => run.IsCancelled).Select(run => run.Run).ToHashSet(StringComparer.Ordinal);
        var untold = known.Select(pair => (pair.Host, Runs: pair.Result.Where(run => !run.IsCancelled && cancelled.Contains(run.Run)).Select(run => run.Run).ToList()))
            .Where(pair => pair.Runs.Count > 0)
            .ToDictionary(pair => pair.Host, pair => pair.Runs);
        await cluster.EachAsync([.. untold.Keys], host => CancelAsync(host, untold[host], cancellationToken)).ConfigureAwait(false);
    }

    private static Task<List<(string Run, bool IsCancelled)>> AskAsync(NodeSession session, CancellationToken cancellationToken) =>
        session.AskListAsync("unsettled", null, line => line.Split(' ') is [var run, var what] ? (run, what == "cancelled") : throw new FormatException(), cancellationToken);

    private async Task<int> CancelAsync(ClusterHost host, IReadOnlyList<string> runs, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            await host.Session.AskAsync($"cancel {run} by {cluster.ClientName}", null, cancellationToken).ConfigureAwait(false);
            log.Say($"Run {run} was cancelled when {host.Name} couldn't be told: none of its processes is left there now.");
        }

        return runs.Count;
    }
}
