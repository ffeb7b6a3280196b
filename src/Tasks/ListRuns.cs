using Clustrix.Results;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Lists the runs that the cluster knows, one line each.</summary>
[MSBuildMultiThreadableTask]
public sealed class ListRuns : ConfiguredTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ReachAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var runs = await cluster.StatusAsync(cancellationToken).ConfigureAwait(false);
            foreach (var line in Account.Of(runs, settings.ClusterName))
            {
                BuildLog.Say(line);
            }
        }
    }
}
