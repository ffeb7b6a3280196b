using System.Globalization;
using Cake.Core;
using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Cake.Clustrix;

/// <summary>Makes Cake's exception of what went wrong: each problem with its code, and the exit code that the <c>clustrix</c> tool would have.</summary>
internal static class Failure
{
    private const int ItemsFailed = 1;
    private const int Input = 2;
    private const int Unreachable = 3;
    private const int Interrupted = 130;

    public static CakeException Of(ClustrixException exception) => new(
        exception.Code is >= ErrorCode.HostUnreachable and < ErrorCode.RequestTooLarge ? Unreachable : Input,
        string.Join(Environment.NewLine, exception.Problems.Select(Text)),
        exception);

    /// <summary>The failure of a run in which items didn't pass or lack outputs; each of them is in the log already.</summary>
    public static CakeException Of(RunReport report, IReadOnlyList<Problem> failures) => new(
        ItemsFailed,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{failures[0].Code.ToText()}: {failures.Count} of {Count.Of(report.Items.Count, "item")} {(report.Failures.All(item => item.Result.Outcome != Outcome.Passed) ? "didn't pass" : "didn't pass or lack outputs")}. See {Path.Combine(report.Directory, "summary.md")}"));

    /// <summary>The failure of an alias that a signal has ended; only the one that runs items cancels a run with it.</summary>
    public static CakeException Cancelled(ClustrixSettings settings, Exception exception) => new(
        Interrupted,
        $"{ErrorCode.Interrupted.ToText()}: Ended by a signal. {(settings is ClustrixRunSettings ? "The run was cancelled." : "It wasn't finished; start it again.")}",
        exception);

    private static string Text(Problem problem)
    {
        var place = problem.File is null ? "" : problem.Line > 0 ? $" ({problem.File}({problem.Line},{Math.Max(problem.Column, 1)}))" : $" ({problem.File})";
        return $"{problem.Code.ToText()}: {problem.Message}{place}";
    }
}
