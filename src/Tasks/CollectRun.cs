using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Results;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Brings what a run has so far to this machine. An item that didn't pass is an error of the build, as when the build had run it.</summary>
[MSBuildMultiThreadableTask]
public sealed class CollectRun : ConfiguredTask
{
    /// <summary>The run's id, or the beginning of it.</summary>
    public string RunId { get; set; } = "";

    /// <summary>The project's items: they tell the lines of those that didn't pass.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>One item for each of the run, with its outcome.</summary>
    [Output]
    public ITaskItem[] Results { get; private set; } = [];

    /// <summary>The files that the items put out.</summary>
    [Output]
    public ITaskItem[] Artifacts { get; private set; } = [];

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ReachAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var run = await cluster.FindRunAsync(RunId, cancellationToken).ConfigureAwait(false);
            var report = await cluster.CollectAsync(run, Client.ArtifactsDirectory(settings), cancellationToken).ConfigureAwait(false);
            Tell(report, settings.Switch(SettingsSchema.ContinueOnItemFailure) ? Severity.Warning : Severity.Error);
        }
    }

    private void Tell(RunReport report, Severity severity)
    {
        Results = [.. ResultItems.Results(report)];
        Artifacts = [.. ResultItems.Artifacts(report)];
        BuildLog.Say(Account.Of(report));
        new FailedItems(BuildLog, new ItemPlaces(ProjectFile, Items)).Tell([.. report.Failures], report.Directory, severity);
    }
}
