using Clustrix.Results;
using Clustrix.Stores;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Removes from the store what nobody uses any more: ended runs, payloads and file contents.</summary>
[MSBuildMultiThreadableTask]
public sealed class CleanStore : ConfiguredTask
{
    /// <summary>Whether to tell only what would be removed: <c>true</c> or <c>false</c>, the default.</summary>
    public string DryRun { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var dryRun = ReadSwitch("ClustrixDryRun", DryRun);
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ReachAsync(settings, isVisit: dryRun, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var cleaned = await cluster.CleanAsync(Retention.Of(settings), dryRun, cancellationToken).ConfigureAwait(false);
            foreach (var line in Account.Of(cleaned, dryRun))
            {
                BuildLog.Say(line);
            }
        }
    }
}
