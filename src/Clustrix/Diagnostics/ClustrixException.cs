namespace Clustrix.Diagnostics;

/// <summary>A failure that a user can understand and mend: every one of its problems has a code, a place and a remedy.</summary>
public sealed class ClustrixException : Exception
{
    /// <summary>One failure.</summary>
    /// <param name="code">The catalogue entry.</param>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="inner">The exception underneath, if there is one.</param>
    public ClustrixException(ErrorCode code, string message, Exception? inner = null)
        : this([new Problem(code, message)], inner)
    {
    }

    /// <summary>All the failures found in one pass over an input; none of them hides another.</summary>
    /// <param name="problems">At least one problem.</param>
    /// <param name="inner">The exception underneath, if there is one.</param>
    public ClustrixException(IReadOnlyList<Problem> problems, Exception? inner = null)
        : base(string.Join(Environment.NewLine, problems.Select(p => $"{p.Code.ToText()}: {p.Message}")), inner)
    {
        ArgumentOutOfRangeException.ThrowIfZero(problems.Count);
        Problems = problems;
    }

    /// <summary>What is wrong, in the order it was found; never empty.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The code of the first problem.</summary>
    public ErrorCode Code => Problems[0].Code;
}
