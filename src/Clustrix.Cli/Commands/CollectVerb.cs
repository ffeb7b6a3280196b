using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Brings a run's results to this machine.</summary>
internal sealed class CollectVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "collect";

    /// <inheritdoc/>
    public override string Description => "Bring what a run has so far to this machine: outputs, logs, records, summary.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => $"What is here by now is whole; 'clustrix collect {call.Run()}' brings the rest.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments.Add(RunArgument.New());
        SettingOptions.Add(command, SettingsSchema.ArtifactsDirectory, SettingsSchema.ContinueOnItemFailure);
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var run = await cluster.LookIntoQueueAsync(await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if (run.State is RunState.Running or RunState.Waiting)
        {
            call.Log.Say($"Run {run.Run} hasn't ended; what it has so far is collected. Follow it with 'clustrix attach {run.Run}'.");
        }

        var collected = await cluster.CollectAsync(run, call.Client.ArtifactsDirectory(settings), cancellationToken).ConfigureAwait(false);
        return RunTold.Write(call.Terminal, collected, settings.Switch(SettingsSchema.ContinueOnItemFailure));
    }
}
