using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Shows what an item wrote.</summary>
internal sealed class LogsVerb : ClusterVerb
{
    private const string Follow = "--follow";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public override string Name => "logs";

    /// <inheritdoc/>
    public override string Description => "Show what an item wrote: its standard output to standard output, its standard error to standard error.";

    /// <inheritdoc/>
    public override string WhenInterrupted(Call call) => "That changes nothing of the run.";

    /// <inheritdoc/>
    public override void Define(Command command)
    {
        base.Define(command);
        command.Arguments.Add(RunArgument.New());
        command.Arguments.Add(RunArgument.NewItem());
        command.Options.Add(new Option<bool>(Follow, "-f") { Description = "Go on until the item has a result." });
    }

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var run = await cluster.FindRunAsync(call.Run(), cancellationToken).ConfigureAwait(false);
        var log = cluster.OpenLog(run, run.NumberOf(call.Item()));
        Action<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> take = call.Terminal.Json ? new LogDocument().Take : (output, error) => Write(call.Terminal, output, error);
        await ReadAsync(log, take, call.Arguments.GetValue<bool>(Follow), call.Surroundings.Time, cancellationToken).ConfigureAwait(false);
        (take.Target as LogDocument)?.Write(call.Terminal, run, call.Item(), log.Progress);
        return ExitCode.Done;
    }

    private static async Task ReadAsync(
        ItemLog log, Action<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> take, bool follow, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (output, error) = await log.ReadAsync(cancellationToken).ConfigureAwait(false);
            take(output, error);
            if (!output.IsEmpty || !error.IsEmpty)
            {
                continue;
            }

            if (!follow || log.Progress == ItemProgress.Done)
            {
                return;
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // The bytes are the item's own: whatever encoding they are in, they go on as they are.
    private static void Write(Terminal terminal, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> error)
    {
        terminal.Output.Flush();
        terminal.Output.BaseStream.Write(output.Span);
        terminal.Output.BaseStream.Flush();
        using var errors = Console.OpenStandardError();
        errors.Write(error.Span);
    }
}
