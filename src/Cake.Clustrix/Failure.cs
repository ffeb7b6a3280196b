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

    /// <summary>The failure of a run in which items didn't pass; each of them is in the log already.</summary>
    public static CakeException Of(RunReport report, IReadOnlyList<Problem> failures) => new(
        ItemsFailed,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{failures[0].Code.ToText()}: {failures.Count} of {report.Items.Count} items didn't pass. See {Path.Combine(report.Directory, "summary.md")}"));

    public static CakeException Cancelled(Exception exception) => new(Interrupted, "The run was cancelled.", exception);

    private static string Text(Problem problem)
    {
        var place = problem.File is null ? "" : problem.Line > 0 ? $" ({problem.File}({problem.Line},{Math.Max(problem.Column, 1)}))" : $" ({problem.File})";
        return $"{problem.Code.ToText()}: {problem.Message}{place}";
    }
}
