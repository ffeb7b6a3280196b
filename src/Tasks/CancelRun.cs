using Clustrix.Diagnostics;
using Clustrix.Runs;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Cancels a run: every process of every one of its items is ended.</summary>
[MSBuildMultiThreadableTask]
public sealed class CancelRun : ClusterTask
{
    /// <summary>The run's id.</summary>
    public string RunId { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var cluster = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            // What is typed here becomes a word of the node's protocol: only an id that the node has told is sent back to it.
            var runs = await cluster.StatusAsync(cancellationToken).ConfigureAwait(false);
            if (runs.All(run => run.Run != RunId))
            {
                throw new ClustrixException(ErrorCode.UnknownRun, $"{(RunId.Length == 0 ? "No run is named" : $"There is no run '{RunId}' on {Cluster}")}. {Choice(runs)}");
            }

            await cluster.CancelAsync(RunId, cancellationToken).ConfigureAwait(false);
            BuildLog.Say($"Clustrix: run {RunId} is cancelled.");
        }
    }

    private static string Choice(IReadOnlyList<RunStatus> runs)
    {
        var running = runs.Where(run => run.State == RunState.Running).Select(run => run.Run).ToList();
        return running.Count == 0 ? "None is running." : $"Give one of the running ones as -p:ClustrixRunId: {string.Join(", ", running)}.";
    }
}
