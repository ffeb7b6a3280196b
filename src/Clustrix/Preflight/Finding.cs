using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>One thing that a preflight has looked at on one host.</summary>
/// <param name="Subject">What was looked at, in a word or two, such as <c>clock</c>.</param>
/// <param name="Level">Whether it is as it should be.</param>
/// <param name="Text">What was found, without a full stop; where it isn't as it should be, the cause.</param>
public sealed record Finding(string Subject, FindingLevel Level, string Text)
{
    /// <summary>The catalogue entry of a warning or a failure; null for what is as it should be.</summary>
    public ErrorCode? Code { get; init; }

    /// <summary>A command that mends it, as it is typed on this machine; empty where there is none.</summary>
    public string Command { get; init; } = "";

    /// <summary>What to do, in whole sentences; empty where <see cref="Command"/> says it all.</summary>
    public string Advice { get; init; } = "";

    internal static Finding Ok(string subject, string text) => new(subject, FindingLevel.Ok, text);

    internal static Finding Warning(string subject, string text, string command, string advice = "") =>
        new(subject, FindingLevel.Warning, text) { Code = ErrorCode.HostConcern, Command = command, Advice = advice };

    internal static Finding Failure(string subject, ErrorCode code, string text, string command = "", string advice = "") =>
        new(subject, FindingLevel.Failure, text) { Code = code, Command = command, Advice = advice };

    /// <summary>Cause and remedy in one line.</summary>
    internal string Message => string.Join(' ', new[] { $"{Text}.", Advice, Command.Length == 0 ? "" : $"Run: {Command}" }.Where(part => part.Length > 0));
}
