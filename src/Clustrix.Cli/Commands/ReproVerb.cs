using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Runs one item of a run here.</summary>
internal sealed class ReproVerb : ClusterVerb
{
    private const string Directory = "--directory";

    /// <inheritdoc/>
    public override string Name => "repro";

    /// <inheritdoc/>
    public override string Description => "Run one item of a run here, at the terminal, on the same files, checked against their digests, and with the variables that a node gives it.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => "What it has brought here stays; remove it before the next time.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments.Add(RunArgument.New());
        command.Arguments.Add(RunArgument.NewItem());
        command.Options.Add(new Option<string>(Directory) { Description = "Where to; 'repro-' and the run's id when not given. It must not be there." });
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var run = await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false);
        var number = run.NumberOf(call.Item());
        var directory = call.Surroundings.PathOf(call.Arguments.GetValue<string>(Directory) ?? $"repro-{run.Run}-{number}");
        if (Path.Exists(directory))
        {
            throw new ClustrixException(ErrorCode.FileExists, $"'{directory}' is there already. Remove it, or name another with {Directory}.");
        }

        var repetition = new Repetition(run.Items[number], directory, call.Surroundings.Environment);
        await cluster.FetchPayloadAsync(run, repetition.Payload, cancellationToken).ConfigureAwait(false);
        call.Log.Say($"The payload of run {run.Run} is in {repetition.Payload}, each file checked; the item runs in {repetition.Work}.");
        var exitCode = await repetition.RunAsync(errorsOnly: call.Terminal.Json, cancellationToken).ConfigureAwait(false);
        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json =>
            {
                json.WriteString("run", run.Run);
                json.WriteString("item", run.Items[number].Name);
                json.WriteString("directory", directory);
                json.WriteNumber("exitCode", exitCode);
            });
        }
        else
        {
            call.Log.Say($"Item '{run.Items[number].Name}' ended with exit code {exitCode}.");
        }

        return exitCode == 0 ? ExitCode.Done : ExitCode.ItemsFailed;
    }
}
