using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>Tells a failure, and how the tool ends with it.</summary>
internal static class Failure
{
    private const int BrokenPipe = 32;

    /// <summary>Writes each problem on a line of standard error; for machines, all of them as one document on standard output too.</summary>
    public static void Report(ClustrixException exception, Terminal terminal)
    {
        var log = new TerminalLog(terminal);
        foreach (var problem in exception.Problems)
        {
            log.Report(problem);
        }

        if (terminal.Json)
        {
            JsonOutput.Write(terminal, json => ToldProblem.Write(json, exception.Problems.Select(ToldProblem.Of)));
        }
    }

    /// <summary>How the tool ends with a failure.</summary>
    public static ExitCode CodeOf(ClustrixException exception) =>
        exception.Code is (>= ErrorCode.HostUnreachable and < ErrorCode.RequestTooLarge)
            or ErrorCode.WorkersNotStarted or ErrorCode.SchedulerUnavailable or ErrorCode.QueueTimeout or ErrorCode.StoreNotOnNodes or ErrorCode.WorkerLost
            ? ExitCode.Unreachable
            : ExitCode.Input;

    /// <summary>Whether an exception says that nobody reads the output any more.</summary>
    public static bool IsClosedPipe(IOException exception) => exception.HResult == BrokenPipe || exception.Message.Contains("Broken pipe", StringComparison.Ordinal);
}
