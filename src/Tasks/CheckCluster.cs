using Clustrix.Configuration;
using Clustrix.Results;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Connects to the cluster and tells what it is: its shell and tools answer, its store can be written. Nothing is sent.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckCluster : ConfiguredTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ConnectAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            BuildLog.Say(Account.Of(cluster.Facts, settings.Text(SettingsSchema.Cluster), cluster.StoreRoot));
        }
    }
}
