using Clustrix.Configuration;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Checks the whole workload, and brings to the cluster what its store lacks.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushWorkload : WorkloadTask
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var workload = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var push = await cluster.PushAsync(workload.Payload, Verification.Changed, cancellationToken).ConfigureAwait(false);
            BuildLog.Say(push.WasThere
                ? $"Clustrix: {Cluster} has the payload already ({workload.Payload.Files.Count} files)."
                : $"Clustrix: {push.FilesSent} files ({ByteSize.Format(push.ContentBytesSent)}) pushed to {Cluster}, {push.FilesReused} were there.");
        }
    }
}
