using System.Globalization;
using Clustrix.Configuration;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Connects to the cluster and tells what it is: its shell and tools answer, its store can be written. Nothing is sent.</summary>
[MSBuildMultiThreadableTask]
public sealed class CheckCluster : ClusterTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var facts = cluster.Facts;
            var memory = facts.MemoryBytes == 0 ? "" : $", {ByteSize.Format(facts.MemoryBytes)} of memory";
            BuildLog.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"Clustrix: {Cluster} is {facts.HostName} ({facts.System}, {facts.Cores} cores{memory}); its store is {cluster.StoreRoot}."));
        }
    }
}
