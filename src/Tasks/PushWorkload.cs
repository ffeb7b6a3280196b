using System.Globalization;
using Clustrix.MSBuild.Input;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Checks the whole workload, and brings to the cluster what its store lacks.</summary>
[MSBuildMultiThreadableTask]
public sealed class PushWorkload : WorkloadTask
{
    private bool _dryRun;

    /// <summary>Whether to tell only what would be sent: <c>true</c> or <c>false</c>, the default.</summary>
    public string DryRun { get; set; } = "";

    private protected override void ReadSettings(SettingReader settings) => _dryRun = settings.Switch("ClustrixDryRun", DryRun, false);

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var workload = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            if (_dryRun)
            {
                Tell(await cluster.PlanPushAsync(workload.Payload, cancellationToken).ConfigureAwait(false));
            }
            else
            {
                BuildLog.Say(Told(await cluster.PushAsync(workload.Payload, Verification.Changed, cancellationToken).ConfigureAwait(false)));
            }
        }
    }

    private void Tell(PushPlan plan)
    {
        foreach (var file in plan.Files)
        {
            BuildLog.Say(string.Create(CultureInfo.InvariantCulture, $"Clustrix: {file.Path} ({file.Size} bytes) would be pushed."));
        }

        BuildLog.Say(string.Create(
            CultureInfo.InvariantCulture, $"Clustrix: {plan.Files.Count} files ({plan.Bytes} bytes) would be pushed to {Cluster}; {plan.FilesReused} are there."));
    }
}
