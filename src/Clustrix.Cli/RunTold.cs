using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Clustrix.Cli;

/// <summary>Tells how a run has ended.</summary>
internal static class RunTold
{
    private const int ErrorsShown = 20;

    /// <summary>Writes the counts, where the artifacts are, and a problem for each item that didn't pass or whose outputs aren't here.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">The run.</param>
    /// <param name="failuresAreWarnings">Whether such items leave the exit code at 0.</param>
    public static ExitCode Write(Terminal terminal, RunReport report, bool failuresAreWarnings)
    {
        var log = new TerminalLog(terminal);
        var failed = report.Failures.ToList();
        var problems = failed.Select(item => ItemFailure.ToProblem(item) with { Severity = failuresAreWarnings ? Severity.Warning : Severity.Error }).ToList();
        foreach (var problem in problems.Take(ErrorsShown))
        {
            log.Report(problem);
        }

        if (failed.Count > ErrorsShown)
        {
            log.Say($"{failed.Count - ErrorsShown} more items are like that; all are in {Path.Combine(report.Directory, "summary.md")}");
        }

        if (terminal.Json)
        {
            WriteJson(terminal, [report.Directory], failuresAreWarnings ? [] : problems.Select(ToldProblem.Of));
        }
        else
        {
            terminal.Output.WriteLine($"Run {report.Run.Run}: {Summary.Counts(report)}. Artifacts: {report.Directory}");
        }

        return report.Run.Cancelled ? ExitCode.Cancelled : failed.Count > 0 && !failuresAreWarnings ? ExitCode.ItemsFailed : ExitCode.Done;
    }

    /// <summary>Writes the accounts of runs, as they lie in their artifacts, and what went wrong.</summary>
    public static void WriteJson(Terminal terminal, IEnumerable<string> directories, IEnumerable<ToldProblem> problems) =>
        JsonOutput.Write(terminal, json =>
        {
            json.WriteStartArray("runs");
            foreach (var directory in directories)
            {
                json.WriteStartObject();
                json.WriteString("directory", directory);
                json.WritePropertyName("run");
                using var account = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(directory, "run.json")));
                account.RootElement.WriteTo(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            ToldProblem.Write(json, problems);
        });
}
