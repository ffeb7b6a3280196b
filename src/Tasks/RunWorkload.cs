using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Runs the workload and brings its results to this machine. An item that doesn't pass is an error of the build, with its log.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunWorkload : WorkloadTask
{
    private const int MostChangesTold = 20;

    /// <summary>The snapshot, absolute; a copy goes to the run's artifacts.</summary>
    [Required]
    public string SnapshotFile { get; set; } = "";

    /// <summary>Where the payload of the last run is listed, absolute: what has changed since is told.</summary>
    [Required]
    public string PayloadFile { get; set; } = "";

    /// <summary>Whether to tell only what the run would do: <c>true</c> or <c>false</c>, the default.</summary>
    public string DryRun { get; set; } = "";

    /// <summary>The run's id.</summary>
    [Output]
    public string Run { get; private set; } = "";

    /// <summary>One item for each of the workload, with its outcome.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    /// <summary>The files that the items put out.</summary>
    [Output]
    public ITaskItem[] Artifacts { get; private set; } = [];

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken cancellationToken)
    {
        var dryRun = ReadSwitch("ClustrixDryRun", DryRun);
        return WithWorkloadAsync(
            dryRun,
            (settings, workload, connection) => dryRun
                ? PlanAsync(settings, workload, connection, cancellationToken)
                : RunAsync(settings, workload, connection, cancellationToken),
            cancellationToken);
    }

    private async Task PlanAsync(ResolvedSettings settings, Workload workload, ClusterConnection connection, CancellationToken cancellationToken)
    {
        var cluster = await connection.ClusterAsync().ConfigureAwait(false);
        var plan = await cluster.PlanAsync(workload, Client.RunOptionsOf(settings), cancellationToken).ConfigureAwait(false);
        foreach (var line in Account.Of(plan, settings.ClusterName))
        {
            BuildLog.Say(line);
        }

        await AnswerAsync(json => PlanDocument.Write(json, plan), cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(ResolvedSettings settings, Workload workload, ClusterConnection connection, CancellationToken cancellationToken)
    {
        var snapshot = await Snapshot.ReadAsync(SnapshotFile, cancellationToken).ConfigureAwait(false);
        var listing = PayloadListing.Of(workload.Payload);
        TellChanges(await PayloadListing.ReadAsync(PayloadFile, cancellationToken).ConfigureAwait(false), listing);
        var options = Client.RunOptionsOf(settings);
        var progress = new ProgressLines(BuildLog, TimeProvider.System);
        var cluster = await connection.ClusterAsync().ConfigureAwait(false);
        var report = await cluster.ExecuteAsync(workload, snapshot, Verification.Changed, options, Client.ArtifactsDirectory(settings), progress, cancellationToken).ConfigureAwait(false);
        await listing.WriteAsync(PayloadFile, cancellationToken).ConfigureAwait(false);
        Tell(report, settings);
        await AnswerAsync(json => json.WriteString("directory", report.Directory), cancellationToken).ConfigureAwait(false);
    }

    private void TellChanges(PayloadListing? before, PayloadListing now)
    {
        var changes = before?.ChangesTo(now).ToList() ?? [];
        foreach (var change in changes.Take(MostChangesTold))
        {
            Log.LogMessage(MessageImportance.Normal, "since the last run: {0}", change);
        }

        if (changes.Count > MostChangesTold)
        {
            Log.LogMessage(MessageImportance.Normal, "since the last run: {0} more changes of the payload", changes.Count - MostChangesTold);
        }
    }

    private void Tell(RunReport report, ResolvedSettings settings)
    {
        Run = report.Run.Run;
        Results = [.. ResultItems.Results(report)];
        Artifacts = [.. ResultItems.Artifacts(report)];
        BuildLog.Say(Account.Of(report.Push, settings.ClusterName));
        BuildLog.Say(Account.Of(report));
        new FailedItems(BuildLog, new ItemPlaces(ProjectFile, Items)).Tell(
            [.. report.Failures],
            report.Directory,
            settings.Switch(SettingsSchema.ContinueOnItemFailure) ? Severity.Warning : Severity.Error);
    }
}
