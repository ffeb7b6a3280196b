using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Shows a run while it runs.</summary>
internal sealed class WatchVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "watch";

    /// <inheritdoc/>
    public override string Description => "Show a run, or the newest running one, until it has ended. It changes nothing, and Ctrl-C ends only the showing.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => "That changes nothing of the run; 'clustrix watch' shows it again.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        var run = RunArgument.New();
        run.Arity = ArgumentArity.ZeroOrOne;
        command.Arguments.Add(run);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var id = call.Run().Length > 0 ? call.Run() : await NewestAsync(cluster, settings.ClusterName, cancellationToken).ConfigureAwait(false);
        var run = await cluster.FindRunAsync(id, cancellationToken).ConfigureAwait(false);
        if (call.Terminal.IsInteractive && !call.Terminal.Json)
        {
            await new RunTable(call.Terminal, run).ShowAsync(table => cluster.WatchAsync(run, table, cancellationToken)).ConfigureAwait(false);
        }
        else
        {
            call.Log.Say($"Watching run {run.Run}: {Count.Of(run.Items.Count, "item")} on {Count.Of(run.Workers, "worker")}.");
            using var view = new RunProgressView(call.Terminal, call.Surroundings.Time);
            await cluster.WatchAsync(run, view, cancellationToken).ConfigureAwait(false);
        }

        var status = (await cluster.StatusAsync(cancellationToken).ConfigureAwait(false)).First(status => status.Run == run.Run);

        // Its pool may still be about to say so.
        Tell(call.Terminal, status.Done == status.Items ? status with { State = RunState.Ended } : status);
        return ExitCode.Done;
    }

    private static async Task<string> NewestAsync(Cluster cluster, string name, CancellationToken cancellationToken) =>
        (await cluster.StatusAsync(cancellationToken).ConfigureAwait(false)).LastOrDefault(run => run.State is RunState.Running or RunState.Waiting)?.Run
        ?? throw new ClustrixException(ErrorCode.UnknownRun, $"No run is running on {name}. Name one that 'clustrix status' lists.");

    private static void Tell(Terminal terminal, RunStatus status)
    {
        if (terminal.Json)
        {
            JsonOutput.Write(terminal, json =>
            {
                json.WriteString("run", status.Run);
                json.WriteString("state", status.State.ToString());
                json.WriteBoolean("cancelled", status.Cancelled);
                json.WriteNumber("items", status.Items);
                json.WriteNumber("done", status.Done);
            });
        }
        else
        {
            terminal.Output.WriteLine($"Run {status.Run}: {Account.StateOf(status)}, {Account.Done(status)}");
        }
    }
}
