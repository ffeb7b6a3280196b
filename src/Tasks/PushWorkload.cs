using System.Globalization;
using Clustrix.Results;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Checks the whole workload, and brings to the cluster what its store lacks.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushWorkload : WorkloadTask
{
    /// <summary>Whether to tell only what would be sent: <c>true</c> or <c>false</c>, the default.</summary>
    public string DryRun { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var dryRun = ReadSwitch("ClustrixDryRun", DryRun);
        await WithWorkloadAsync(
            dryRun,
            async (settings, workload, connection) =>
            {
                var cluster = await connection.ClusterAsync().ConfigureAwait(false);
                if (dryRun)
                {
                    var plan = await cluster.PlanPushAsync(workload.Payload, cancellationToken).ConfigureAwait(false);
                    Tell(plan, settings.ClusterName);
                    await AnswerAsync(json => PushDocument.Write(json, plan), cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    var push = await cluster.PushAsync(workload.Payload, Verification.Changed, cancellationToken).ConfigureAwait(false);
                    BuildLog.Say(Account.Of(push, settings.ClusterName));
                    await AnswerAsync(json => PushDocument.Write(json, push, workload.Payload.Root), cancellationToken).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
    }

    private void Tell(PushPlan plan, string cluster)
    {
        foreach (var file in plan.Files)
        {
            BuildLog.Say(string.Create(CultureInfo.InvariantCulture, $"Clustrix: {file.Path} ({file.Size} bytes) would be pushed."));
        }

        BuildLog.Say(string.Create(
            CultureInfo.InvariantCulture, $"Clustrix: {plan.Files.Count} files ({plan.Bytes} bytes) would be pushed to {cluster}; {plan.FilesReused} are there."));
    }
}
