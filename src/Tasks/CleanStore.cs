using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Removes from the store what nobody uses any more: ended runs, payloads and file contents.</summary>
[MSBuildMultiThreadableTask]
public sealed class CleanStore : ClusterTask
{
    private const int UsualDays = 30;

    /// <summary>What was used in so many days is kept; a whole number, 30 by default.</summary>
    public string KeepDays { get; set; } = "";

    /// <summary>Whether to tell only what would be removed: <c>true</c> or <c>false</c>, the default.</summary>
    public string DryRun { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var settings = new SettingReader(new ProjectSources(ProjectFile), problems);
        var days = settings.Number("ClustrixKeepDays", KeepDays, UsualDays);
        var dryRun = settings.Switch("ClustrixDryRun", DryRun, false);
        if (problems.Count > 0)
        {
            throw new ClustrixException(problems);
        }

        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var cleaned = await cluster.CleanAsync(days, dryRun, cancellationToken).ConfigureAwait(false);
            BuildLog.Say($"Clustrix: {cleaned.Runs.Count} runs, {cleaned.Workspaces.Count} payloads and {cleaned.Blobs} files ({ByteSize.Format(cleaned.Bytes)}) {(dryRun ? "would be" : "were")} removed from {cluster.StoreRoot}.");
        }
    }
}
