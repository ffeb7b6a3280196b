using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Results;
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
        var cancellation = await cluster.CancelAsync(run.Run, cancellationToken).ConfigureAwait(false);
        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json =>
            {
                json.WriteString("run", run.Run);
                json.WriteBoolean("cancelled", cancellation.WasCancelled || cancellation.Before != RunState.Ended);
                json.WriteNumber("takenOut", cancellation.TakenOut);
            });
        }
        else
        {
            await call.Terminal.Output.WriteLineAsync($"Run {run.Run} {Account.What(cancellation)}").ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
