using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Lists the runs that the cluster knows, one line each.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListRuns : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var runs = await cluster.StatusAsync(cancellationToken).ConfigureAwait(false);
            BuildLog.Say(runs.Count == 0 ? $"Clustrix: {Cluster} knows no run." : $"Clustrix: {runs.Count} runs on {Cluster}:");
            foreach (var run in runs)
            {
                BuildLog.Say($"  {run.Run}  {run.Done} of {run.Items} items done, {(run.Cancelled ? "cancelled" : run.State.ToString().ToLowerInvariant())}");
            }
        }
    }
}
