using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;

namespace Clustrix.Cli;

/// <summary>Tells how a run has ended.</summary>
internal static class RunTold
{
    private const int ErrorsShown = 20;

    /// <summary>Writes the counts, where the artifacts are, and a problem for each item that didn't pass.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="run">The run.</param>
    /// <param name="items">Its items.</param>
    /// <param name="directory">Its artifacts.</param>
    /// <param name="failuresAreWarnings">Whether items that didn't pass leave the exit code at 0.</param>
    public static ExitCode Write(Terminal terminal, RunResult run, IReadOnlyList<CollectedItem> items, string directory, bool failuresAreWarnings)
    {
        var log = new TerminalLog(terminal);
        var failed = items.Where(item => item.Result.Outcome != Outcome.Passed).ToList();
        var problems = failed.Select(item => ItemFailure.ToProblem(item) with { Severity = failuresAreWarnings ? Severity.Warning : Severity.Error }).ToList();
        foreach (var problem in problems.Take(ErrorsShown))
        {
            log.Report(problem);
        }

        if (failed.Count > ErrorsShown)
        {
            log.Say($"{failed.Count - ErrorsShown} more items didn't pass; all are in {Path.Combine(directory, "summary.md")}");
        }

        if (terminal.Json)
        {
            WriteJson(terminal, [directory], failuresAreWarnings ? [] : problems.Select(ToldProblem.Of));
        }
        else
        {
            terminal.Output.WriteLine($"Run {run.Run}: {Summary.Counts(run)}. Artifacts: {directory}");
        }

        return run.Cancelled ? ExitCode.Cancelled : failed.Count > 0 && !failuresAreWarnings ? ExitCode.ItemsFailed : ExitCode.Done;
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
