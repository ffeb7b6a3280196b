using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>Hosts that couldn't be reached when a run was cancelled on the others, or was over there: its items go on until somebody tells them.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="log">Hears of what was ended.</param>
internal sealed class UntoldHosts(ClusterHosts cluster, ILog log)
{
    /// <summary>A run is over, and a host may not know.</summary>
    public const string Over = "over";

    /// <summary>A run is over, and every host knows.</summary>
    public const string Closed = "closed";

    private const string Open = "open";
    private const string Ended = "ended";
    private const string Cancelled = "cancelled";

    /// <summary>
    /// Ends on each host the runs that somebody has cancelled on another one, or that were over without it. Where a part of a run has ended, the host hears
    /// whether the run goes on elsewhere: a clean-up removes none of it then.
    /// </summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (cluster.Stores.Count == 1)
        {
            return;
        }

        var known = await cluster.EachAsync(cluster.Stores, host => AskAsync(host.Session, cancellationToken)).ConfigureAwait(false);
        var settled = known.SelectMany(pair => pair.Result).Where(run => run.What is Over or Cancelled).ToLookup(run => run.Run, run => run.What, StringComparer.Ordinal);
        var untold = known.Select(pair => (pair.Host, Runs: pair.Result.Where(run => run.What == Open && settled.Contains(run.Run)).Select(run => run.Run).ToList()))
            .Where(pair => pair.Runs.Count > 0)
            .ToDictionary(pair => pair.Host, pair => pair.Runs);
        await cluster.EachAsync([.. untold.Keys], host => EndAsync(host, untold[host], run => settled[run].Contains(Cancelled), cancellationToken)).ConfigureAwait(false);

        var open = known.SelectMany(pair => pair.Result).Where(run => run.What == Open && !settled.Contains(run.Run)).Select(run => run.Run).ToHashSet(StringComparer.Ordinal);
        var news = known.Select(pair => (pair.Host, Lines: pair.Result.Where(run => run.What != Open || !open.Contains(run.Run)).Select(run => run.Run).Distinct().Select(NewsOf).OfType<string>().ToList()))
            .Where(pair => pair.Lines.Count > 0 && cluster.Usable.Contains(pair.Host))
            .ToDictionary(pair => pair.Host, pair => pair.Lines);
        await cluster.EachAsync([.. news.Keys], host => host.Session.AskWithListAsync("settled", news[host], cancellationToken)).ConfigureAwait(false);

        // What a host that isn't here does nobody knows.
        string? NewsOf(string run) => open.Contains(run) ? $"{run} {Open}" : cluster.NotAsked.Count == 0 ? $"{run} {Closed}" : null;
    }

    private static Task<List<(string Run, string What)>> AskAsync(NodeSession session, CancellationToken cancellationToken) =>
        session.AskListAsync(
            "unsettled", null, line => line.Split(' ') is [var run, Open or Ended or Cancelled or Over] words ? (run, words[1]) : throw new FormatException(), cancellationToken);

    private async Task<int> EndAsync(ClusterHost host, IReadOnlyList<string> runs, Func<string, bool> isCancelled, CancellationToken cancellationToken)
    {
        foreach (var run in runs)
        {
            if (isCancelled(run))
            {
                await host.Session.AskAsync($"cancel {run} by {cluster.ClientName}", null, cancellationToken).ConfigureAwait(false);
                log.Say($"Run {run} was cancelled when {host.Name} couldn't be told: none of its processes is left there now.");
            }
            else
            {
                await host.Session.AskAsync($"settle {run}", null, cancellationToken).ConfigureAwait(false);
                log.Say($"Run {run} was over before {host.Name} came back: none of its processes is left there now.");
            }
        }

        return runs.Count;
    }
}
