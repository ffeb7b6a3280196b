using Clustrix.Diagnostics;

namespace Clustrix.Cli;

/// <summary>Tells a failure, and how the tool ends with it.</summary>
internal static class Failure
{
    private const int BrokenPipe = 32;

    /// <summary>Writes each problem on a line of standard error; for machines, all of them as one document on standard output too.</summary>
    public static ExitCode Report(ClustrixException exception, Terminal terminal)
    {
        var log = new TerminalLog(terminal);
        foreach (var problem in exception.Problems)
        {
            log.Report(problem);
        }

        if (terminal.Json)
        {
            WriteJson(exception.Problems, terminal);
        }

        return exception.Code is >= ErrorCode.HostUnreachable and < ErrorCode.RequestTooLarge ? ExitCode.Unreachable : ExitCode.Input;
    }

    /// <summary>Whether an exception says that nobody reads the output any more.</summary>
    public static bool IsClosedPipe(IOException exception) => exception.HResult == BrokenPipe || exception.Message.Contains("Broken pipe", StringComparison.Ordinal);

    private static void WriteJson(IReadOnlyList<Problem> problems, Terminal terminal) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("problems");
            foreach (var problem in problems)
            {
                json.WriteStartObject();
                json.WriteString("code", problem.Code.ToText());
                json.WriteString("message", problem.Message);
                json.WriteString("file", problem.File);
                json.WriteNumber("line", problem.Line);
                json.WriteNumber("column", problem.Column);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
