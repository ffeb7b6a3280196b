using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Goes on with a run as if this client had started it.</summary>
internal sealed class AttachVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "attach";

    /// <inheritdoc/>
    public override string Description => "Go on with a run as if it had been started here: wait, collect, report. Ctrl-C ends only the waiting.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => $"That changes nothing of the run; 'clustrix attach {call.Run()}' goes on with it.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments.Add(RunArgument.New());
        SettingOptions.Add(
            command,
            SettingsSchema.ArtifactsDirectory,
            SettingsSchema.ContinueOnItemFailure,
            SettingsSchema.Account,
            SettingsSchema.Qos,
            SettingsSchema.Constraint,
            SettingsSchema.Gres,
            SettingsSchema.TimeLimit,
            SettingsSchema.QueueTimeout,
            SettingsSchema.SchedulerOptions);
    }

    /// <inheritdoc/>
    protected override Task<Cluster> ConnectAsync(Call call, ResolvedSettings settings, CancellationToken cancellationToken) => call.Client.ConnectAsync(settings, cancellationToken);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var run = await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false);
        using (var view = new RunProgressView(call.Terminal, call.Surroundings.Time))
        {
            await cluster.AttachAsync(run, view, cancellationToken).ConfigureAwait(false);
        }

        // Asked again: whether it was cancelled may have changed meanwhile.
        run = await cluster.FindRunAsync(run.Run, cancellationToken).ConfigureAwait(false);
        var collected = await cluster.CollectAsync(run, call.Client.ArtifactsDirectory(settings), cancellationToken).ConfigureAwait(false);
        return RunTold.Write(call.Terminal, collected, settings.Switch(SettingsSchema.ContinueOnItemFailure));
    }
}
