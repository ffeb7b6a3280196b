using System.Globalization;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>The account of a run for people, in Markdown: what failed and why comes first.</summary>
public static class Summary
{
    private const int SlowestShown = 10;
    private const int TailLines = 10;
    private const int RepeatedShown = 100;

    /// <summary>Writes the summary.</summary>
    /// <param name="report">The run and what came of it; logs are read from where they lie.</param>
    /// <param name="environmentHash">The digest of the snapshot.</param>
    public static string Write(RunReport report, string environmentHash)
    {
        var (run, push, _, _) = report;
        var text = new StringBuilder();
        Line($"# Run {run.Run}: {Verdict(report)}");
        Line($"");
        Line($"{Counts(report)} in {Duration.Format(Rounded(run.Elapsed))} on {Count.Of(run.Workers, "worker")}.");
        Line($"");
        foreach (var item in report.Failures)
        {
            Failure(item);
        }

        Line($"| | |");
        Line($"|---|---|");
        Line($"| Environment | `{environmentHash}` |");
        if (push != PushResult.None)
        {
            Line($"| Payload | {Count.Of(push.FilesSent + push.FilesReused, "file")}, {push.FilesSent} of them sent ({ByteSize.Format(push.ContentBytesSent)}); {ByteSize.Format(push.WireBytes)} in {Count.Of(push.Requests, "round trip")} |");
        }

        if (run.SchedulerCalls > 0)
        {
            Line($"| Scheduler | {Count.Of(run.SchedulerCalls, "command")} |");
        }

        Line($"| Time in items | {Duration.Format(Rounded(Busy(run)))}{Utilisation(run)} |");
        Line($"");
        var slowest = run.Results.Where(result => result is { Record: not null, Cached: false }).OrderByDescending(result => result.Record!.Duration).Take(SlowestShown).ToList();
        if (slowest.Count > 0)
        {
            Line($"## Slowest items");
            Line($"");
            Line($"| Item | Outcome | Time | Worker |");
            Line($"|---|---|---:|---|");
            foreach (var result in slowest)
            {
                Line($"| {Cell(result.Name)} | {result.Outcome}{(result.Flaky ? " (flaky)" : "")} | {result.Record!.Duration.TotalSeconds:0.00} s | {result.Record.HostName}/{result.Record.Worker} |");
            }
        }

        var repeated = run.Results.Where(result => result is { Outcome: Outcome.Passed, OtherAttempts.Count: > 0 }).Take(RepeatedShown).ToList();
        if (repeated.Count > 0)
        {
            Line($"");
            Line($"## Passed, not at once");
            Line($"");
            Line($"| Item | | Other attempts |");
            Line($"|---|---|---|");
            foreach (var result in repeated)
            {
                Line($"| {Cell(result.Name)} | {(result.Flaky ? "flaky" : "")} | {Cell(string.Join("; ", result.OtherAttempts))} |");
            }
        }

        return text.ToString();

        void Failure(CollectedItem item)
        {
            Line($"## {(item.Result.Outcome == Outcome.Passed ? "Not collected" : item.Result.Outcome)}: {Cell(item.Result.Name)}");
            Line($"");
            if (item.NotCollected is { } notCollected)
            {
                Line($"{notCollected.Message}");
                Line($"");
            }

            if (item.Result.Outcome == Outcome.Passed)
            {
                return;
            }

            if (item.Result.Record is { } record)
            {
                Line($"{ItemFailure.Reason(item.Result)}, on {record.HostName}/{record.Worker} after {record.Duration.TotalSeconds:0.00} s, attempt {record.Attempt}.");
                Line($"");
            }

            if (item.Result.OtherAttempts.Count > 0)
            {
                Line($"Other attempts: {string.Join("; ", item.Result.OtherAttempts)}.");
                Line($"");
            }

            var tail = LogTail.Read(item.Stderr ?? item.Stdout, TailLines);
            if (tail.Count > 0)
            {
                Line($"```text");
                foreach (var line in tail)
                {
                    Line($"{line}");
                }

                Line($"```");
                Line($"");
            }
        }

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    /// <summary>How a run has ended, in a word or a few.</summary>
    internal static string Verdict(RunReport report) =>
        report.IsWhole ? "passed"
        : report.Run.Passed ? "passed, but not all outputs are here"
        : report.Run.Cancelled ? $"cancelled {report.Run.CancelledBy}".TrimEnd()
        : report.IsUnfinished ? "not finished"
        : "failed";

    /// <summary>The number of items of each outcome, and of those whose outputs aren't here.</summary>
    public static string Counts(RunReport report) => report.Items.Count(item => item.NotCollected is not null) is > 0 and var without
        ? $"{Counts(report.Run)}; outputs of {Count.Of(without, "item")} not collected"
        : Counts(report.Run);

    /// <summary>The number of items of each outcome, such as <c>8 items: 6 passed (2 reused), 2 failed</c>.</summary>
    public static string Counts(RunResult run)
    {
        var passed = run.Results.Count(result => result.Outcome == Outcome.Passed);
        var cached = run.Results.Count(result => result.Cached);
        var flaky = run.Results.Count(result => result.Flaky);
        var others = run.Results.Where(result => result.Outcome != Outcome.Passed)
            .GroupBy(result => result.Outcome)
            .OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $", {group.Count()} {Words(group.Key)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Count.Of(run.Results.Count, "item")}: {passed} passed{(cached > 0 ? $" ({cached} reused)" : "")}{(flaky > 0 ? $" ({flaky} flaky)" : "")}{string.Concat(others)}");
    }

    private static string Words(Outcome outcome) => outcome switch
    {
        Outcome.TimedOut => "timed out",
        Outcome.OutOfMemory => "out of memory",
        Outcome.MissingOutputs => "with missing outputs",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    private static TimeSpan Busy(RunResult run) =>
        run.Results.Where(result => !result.Cached).Aggregate(TimeSpan.Zero, (sum, result) => sum + (result.Record?.Duration ?? TimeSpan.Zero));

    private static string Utilisation(RunResult run) => run.Workers == 0 || run.Elapsed <= TimeSpan.Zero
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $", {Busy(run) / run.Elapsed / run.Workers:P0} of the workers' time");

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds / 10) * 10);

    private static string Cell(string name) => name.Replace("|", "\\|", StringComparison.Ordinal);
}
