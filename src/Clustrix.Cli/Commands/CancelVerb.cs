using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Cancels a run.</summary>
internal sealed class CancelVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "cancel";

    /// <inheritdoc/>
    public override string Description => "Cancel a run: every process of every item is ended.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => $"The run may go on; end it with 'clustrix cancel {call.Run()}'.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments.Add(RunArgument.New());
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var run = await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false);
        var ended = run.State == RunState.Ended;

        // A scheduler that had lost sight of the run's jobs may have them in its queue again.
        await cluster.CancelAsync(run.Run, cancellationToken).ConfigureAwait(false);

        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json =>
            {
                json.WriteString("run", run.Run);
                json.WriteBoolean("cancelled", run.Cancelled || !ended);
            });
        }
        else
        {
            await call.Terminal.Output.WriteLineAsync(ended ? $"Run {run.Run} had ended before." : $"Run {run.Run} is cancelled; none of its processes is left.").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
