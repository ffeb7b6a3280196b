using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Looks at every host of the cluster: is it there, and does it have what runs need? Nothing is sent.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckCluster : ConfiguredTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var report = await Client.PreflightAsync(settings, cancellationToken).ConfigureAwait(false);
        report.Tell(BuildLog);
        report.Check();
    }
}
