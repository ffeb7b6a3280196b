using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;

namespace Clustrix.Results;

/// <summary>Says why an item didn't pass.</summary>
public static class ItemFailure
{
    private const int TailLines = 5;
    private const int LongestLine = 300;

    /// <summary>The problem that a front end reports for an item.</summary>
    /// <param name="item">An item that didn't pass, or whose outputs aren't here.</param>
    public static Problem ToProblem(CollectedItem item)
    {
        var result = item.Result;
        if (result.Outcome == Outcome.Passed && item.NotCollected is { } notCollected)
        {
            return notCollected;
        }

        var log = item.Stderr ?? item.Stdout;
        var where = result.Record is { } record
            ? string.Create(CultureInfo.InvariantCulture, $" on {record.HostName}/{record.Worker} after {record.Duration.TotalSeconds:0.00} s (attempt {record.Attempt})")
            : "";
        var tail = LogTail.Read(log, TailLines);
        return new Problem(
            CodeOf(result.Outcome),
            $"Item '{result.Name}' {Reason(result)}{where}."
            + (tail.Count > 0 ? $" It said: {string.Join(" / ", tail.Select(Shown).Where(line => line.Length > 0))}." : "")
            + (log is null ? "" : $" Log: {log}{(item is { Stderr: not null, Stdout: not null } ? " (stdout.log lies beside it)" : "")}"))
        {
            Item = result.Name,
        };
    }

    private static string Shown(string line) => line.Trim() is { Length: > LongestLine } longLine ? longLine[..LongestLine] + "…" : line.Trim();

    /// <summary>What happened to an item, as the middle of a sentence: <c>failed with exit code 3</c>.</summary>
    public static string Reason(ItemResult result) => result.Outcome switch
    {
        Outcome.Failed when result.FailedStep is { } step => string.Create(
            CultureInfo.InvariantCulture, $"ended with exit code {result.Record?.ExitCode} before its command, in its setup: {step}"),
        Outcome.Failed => string.Create(CultureInfo.InvariantCulture, $"failed with exit code {result.Record?.ExitCode}"),
        Outcome.TimedOut when result.Record?.Cause == AttemptCause.TimeLimit => "needs more than all of a worker's time (TimeLimit)",
        Outcome.TimedOut when result.Timeout is { } limit => $"timed out at its limit of {Duration.Format(limit)}",
        Outcome.TimedOut => "timed out",
        Outcome.OutOfMemory => "was ended because memory ran out",
        Outcome.Crashed when result.Record is { Signal: > 0 and var signal } => string.Create(CultureInfo.InvariantCulture, $"was ended by {Signal.Text(signal)}, or ended itself with exit code {signal + 128}"),
        Outcome.Crashed => "crashed: three workers died under it, the third with nothing beside it",
        Outcome.Cancelled => "was cancelled",
        Outcome.MissingOutputs => $"left nothing that matches {string.Join(", ", result.Record!.MissingPatterns.Select(pattern => $"'{pattern}'"))} (symbolic links don't count, nor does what lies in the payload)",
        Outcome.Lost => "has no record although its run is over: its worker was killed, or could write no more; start again",
        Outcome.Skipped => "was skipped",
        Outcome.Unfinished => "has no result yet",
        _ => "passed",
    };

    private static ErrorCode CodeOf(Outcome outcome) => outcome switch
    {
        Outcome.Failed => ErrorCode.ItemFailed,
        Outcome.TimedOut => ErrorCode.ItemTimedOut,
        Outcome.OutOfMemory => ErrorCode.ItemOutOfMemory,
        Outcome.Crashed => ErrorCode.ItemCrashed,
        Outcome.Cancelled => ErrorCode.ItemCancelled,
        Outcome.MissingOutputs => ErrorCode.ItemMissingOutputs,
        _ => ErrorCode.ItemLost,
    };
}
