using Clustrix.Configuration;
using Clustrix.Results;
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
        var (settings, workload) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ConnectAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var push = await cluster.PushAsync(workload.Payload, Verification.Changed, cancellationToken).ConfigureAwait(false);
            BuildLog.Say(Account.Of(push, settings.Text(SettingsSchema.Cluster)));
        }
    }
}
