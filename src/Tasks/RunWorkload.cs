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

    private RunOptions _options = new();
    private Severity _severityOfFailures;

    /// <summary>Items that run at once, a whole number; 0, the default, for one a core.</summary>
    public string Workers { get; set; } = "";

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed: <c>true</c>, the default, or <c>false</c>.</summary>
    public string ReuseResults { get; set; } = "";

    /// <summary>Whether an item that doesn't pass is a warning only: <c>true</c> or <c>false</c>, the default.</summary>
    public string ContinueOnItemFailure { get; set; } = "";

    /// <summary>The snapshot, absolute; a copy goes to the run's artifacts.</summary>
    [Required]
    public string SnapshotFile { get; set; } = "";

    /// <summary>Where the artifacts of runs lie, absolute: each run has a directory of its own in it.</summary>
    [Required]
    public string ArtifactsDirectory { get; set; } = "";

    /// <summary>The run's id.</summary>
    [Output]
    public string Run { get; private set; } = "";

    /// <summary>One item for each of the workload, with its outcome.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    /// <summary>The files that the items put out.</summary>
    [Output]
    public ITaskItem[] Artifacts { get; private set; } = [];

    private protected override void ReadSettings(SettingReader settings)
    {
        _options = new RunOptions
        {
            Workers = settings.Number("ClustrixWorkers", Workers, 0),
            ReuseResults = settings.Switch("ClustrixReuseResults", ReuseResults, true),
        };
        _severityOfFailures = settings.Switch("ClustrixContinueOnItemFailure", ContinueOnItemFailure, false) ? Severity.Warning : Severity.Error;
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var workload = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var snapshot = await Snapshot.ReadAsync(SnapshotFile, cancellationToken).ConfigureAwait(false);
        var progress = new ProgressLines(BuildLog, TimeProvider.System);
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            Tell(await cluster.ExecuteAsync(workload, snapshot, Verification.Changed, _options, ArtifactsDirectory, progress, cancellationToken).ConfigureAwait(false));
        }
    }

    private void Tell(RunReport report)
    {
        Run = report.Run.Run;
        Results = [.. report.Items.Select(item => ResultItems.Result(Run, item))];
        Artifacts = [.. report.Items.SelectMany(item => ResultItems.Artifacts(Run, item))];
        BuildLog.Say(Told(report.Push));
        BuildLog.Say($"Clustrix: {Summary.Counts(report.Run)}. Artifacts: {report.Directory}");
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
                Severity = _severityOfFailures,
            });
        }

        if (failed.Count > ErrorsShown)
        {
            BuildLog.Say($"Clustrix: {failed.Count - ErrorsShown} more items didn't pass; all are in {Path.Combine(report.Directory, "summary.md")}");
        }
    }
}
