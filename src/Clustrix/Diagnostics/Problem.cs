namespace Clustrix.Diagnostics;

/// <summary>How much a <see cref="Problem"/> weighs.</summary>
public enum Severity
{
    /// <summary>Worth a look; the work goes on.</summary>
    Warning,

    /// <summary>The work can't go on, or its result can't be used.</summary>
    Error,
}

/// <summary>One thing that is wrong, where it is wrong, and what to do about it.</summary>
/// <param name="Code">The catalogue entry; its page is <c>docs/errors/CLXnnnn.md</c>.</param>
/// <param name="Message">What happened, where (host, item), and the remedy, in one line and without the code.</param>
/// <param name="File">The file a person has to open, as the person wrote it; null where no file is to blame.</param>
/// <param name="Line">The line in <paramref name="File"/>, from 1; 0 where it isn't known.</param>
/// <param name="Column">The column in <paramref name="Line"/>, from 1; 0 where it isn't known.</param>
/// <param name="Severity">Whether the work can go on.</param>
public sealed record Problem(
    ErrorCode Code,
    string Message,
    string? File = null,
    int Line = 0,
    int Column = 0,
    Severity Severity = Severity.Error)
{
    /// <summary>The item that the problem is about; null for none. Who knows where items are declared can tell the place by it.</summary>
    public string? Item { get; init; }

    /// <summary>The problem in the canonical form that MSBuild and editors recognise.</summary>
    public override string ToString()
    {
        var origin = File is null ? "clustrix" : Line > 0 ? $"{File}({Line},{Math.Max(Column, 1)})" : File;
        var kind = Severity == Severity.Error ? "error" : "warning";
        return $"{origin} : {kind} {Code.ToText()}: {Message}";
    }
}
