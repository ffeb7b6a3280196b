using Clustrix.Cli;
using Clustrix.Diagnostics;

var surroundings = new Surroundings(new Terminal(Surroundings.ReadEnvironment()), Surroundings.ReadEnvironment(), TimeProvider.System);
using var terminal = surroundings.Terminal;
using var interruption = new Interruption(terminal);
var code = ExitCode.Done;
try
{
    try
    {
        code = await CommandLine.RunAsync(args, surroundings, interruption.Token).ConfigureAwait(false);
    }
    catch (ClustrixException exception)
    {
        code = Failure.CodeOf(exception);
        Failure.Report(exception, terminal);
    }
    catch (OperationCanceledException exception) when (interruption.Token.IsCancellationRequested)
    {
        code = ExitCode.Cancelled;
        Failure.Report(interruption.Exception(exception.Message), terminal);
    }

    await terminal.Output.FlushAsync().ConfigureAwait(false);
    return (int)code;
}
catch (IOException exception) when (Failure.IsClosedPipe(exception))
{
    // Whoever reads has what it wants. Nothing more can be written, also not at the end of the program.
    Environment.Exit((int)code);
    return (int)code;
}
#pragma warning disable CA1031 // Whatever it is, it is a bug of ours: it is told with its code and with what helps to find it.
catch (Exception exception)
#pragma warning restore CA1031
{
    await terminal.Error.WriteLineAsync(new Problem(ErrorCode.Bug, $"{exception.Message} Please report it with what follows.").ToString()).ConfigureAwait(false);
    await terminal.Error.WriteLineAsync(exception.ToString()).ConfigureAwait(false);
    return (int)ExitCode.Input;
}
