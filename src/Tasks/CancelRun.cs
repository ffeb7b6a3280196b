using Clustrix.Results;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Cancels a run: every process of every one of its items is ended.</summary>
[MSBuildMultiThreadableTask]
public sealed class CancelRun : ConfiguredTask
{
    /// <summary>The run's id, or the beginning of it.</summary>
    public string RunId { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await Client.ReachAsync(settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            var run = await cluster.FindRunAsync(RunId, cancellationToken).ConfigureAwait(false);
            BuildLog.Say(Account.Of(await cluster.CancelAsync(run.Run, cancellationToken).ConfigureAwait(false)));
        }
    }
}
