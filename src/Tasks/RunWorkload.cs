using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Runs the workload and brings its results to this machine. An item that doesn't pass is an error of the build, with its log.</summary>
[MSBuildMultiThreadableTask]
public sealed class RunWorkload : WorkloadTask
{
    private const int ErrorsShown = 20;

    /// <summary>Items that run at once; 0 for one a core.</summary>
    public int Workers { get; set; }

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed. True by default.</summary>
    public bool ReuseResults { get; set; } = true;

    /// <summary>Whether an item that doesn't pass is a warning only. False by default.</summary>
    public bool ContinueOnItemFailure { get; set; }

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

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var workload = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var options = new RunOptions { Workers = Workers, ReuseResults = ReuseResults };
        var progress = new ProgressLines(BuildLog, TimeProvider.System);
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var push = await cluster.PushAsync(workload.Payload, Verification.Changed, cancellationToken).ConfigureAwait(false);
            var run = await cluster.RunAsync(workload, push, options, progress, cancellationToken).ConfigureAwait(false);
            var directory = Path.Combine(ArtifactsDirectory, run.Run);
            var items = await cluster.CollectAsync(run, directory, cancellationToken).ConfigureAwait(false);
            await RunArtifacts.WriteAsync(directory, run, items, Summary.Write(run, items, push, EnvironmentHash), cancellationToken).ConfigureAwait(false);
            File.Copy(SnapshotFile, Path.Combine(directory, "environment.json"), overwrite: true);
            Tell(run, items, directory);
        }
    }

    private void Tell(RunResult run, IReadOnlyList<CollectedItem> items, string directory)
    {
        Run = run.Run;
        Results = [.. items.Select(item => ResultItems.Result(run.Run, item))];
        Artifacts = [.. items.SelectMany(item => ResultItems.Artifacts(run.Run, item))];
        BuildLog.Say($"Clustrix: {Summary.Counts(run)}. Artifacts: {directory}");
        var failed = items.Where(item => item.Result.Outcome != Outcome.Passed).ToList();
        foreach (var item in failed.Take(ErrorsShown))
        {
            var problem = ItemFailure.ToProblem(item);
            var place = PlaceOf(item.Result.Name);
            BuildLog.Report(problem with
            {
                File = place.File,
                Line = place.Line,
                Column = place.Column,
                Severity = ContinueOnItemFailure ? Severity.Warning : Severity.Error,
            });
        }

        if (failed.Count > ErrorsShown)
        {
            BuildLog.Say($"Clustrix: {failed.Count - ErrorsShown} more items didn't pass; all are in {Path.Combine(directory, "summary.md")}");
        }
    }
}
