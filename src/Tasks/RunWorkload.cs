using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Runs the workload and brings its results to this machine. An item that doesn't pass is an error of the build, with its log.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunWorkload : WorkloadTask
{
    private const int ErrorsShown = 20;

    /// <summary>The snapshot, absolute; a copy goes to the run's artifacts.</summary>
    [Required]
    public string SnapshotFile { get; set; } = "";

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
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var (settings, workload) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var snapshot = await Snapshot.ReadAsync(SnapshotFile, cancellationToken).ConfigureAwait(false);
        var options = new RunOptions { Workers = settings.Count(SettingsSchema.Workers), ReuseResults = settings.Switch(SettingsSchema.ReuseResults) };
        var progress = new ProgressLines(BuildLog, TimeProvider.System);
        var cluster = await Client.ConnectAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var report = await cluster.ExecuteAsync(workload, snapshot, Verification.Changed, options, Client.ArtifactsDirectory(settings), progress, cancellationToken).ConfigureAwait(false);
            Tell(report, settings);
            await AnswerAsync(json => json.WriteString("directory", report.Directory), cancellationToken).ConfigureAwait(false);
        }
    }

    private void Tell(RunReport report, ResolvedSettings settings)
    {
        Run = report.Run.Run;
        Results = [.. report.Items.Select(item => ResultItems.Result(Run, item))];
        Artifacts = [.. report.Items.SelectMany(item => ResultItems.Artifacts(Run, item))];
        BuildLog.Say(Account.Of(report.Push, settings.Text(SettingsSchema.Cluster)));
        BuildLog.Say(Account.Of(report));
        var severity = settings.Switch(SettingsSchema.ContinueOnItemFailure) ? Severity.Warning : Severity.Error;
        var sources = new ProjectSources(ProjectFile);
        var failed = report.Items.Where(item => item.Result.Outcome != Outcome.Passed).ToList();
        foreach (var item in failed.Take(ErrorsShown))
        {
            var place = sources.Of(Items.First(i => i.ItemSpec == item.Result.Name), "ClustrixItem");
            BuildLog.Report(ItemFailure.ToProblem(item) with
            {
                File = place.File,
                Line = place.Line,
                Column = place.Column,
                Severity = severity,
            });
        }

        if (failed.Count > ErrorsShown)
        {
            BuildLog.Say($"Clustrix: {failed.Count - ErrorsShown} more items didn't pass; all are in {Path.Combine(report.Directory, "summary.md")}");
        }
    }
}
