using System.Diagnostics.CodeAnalysis;

namespace Clustrix.Workloads;

/// <summary>
/// A glob over relative paths, as item outputs and payload exclusions are written: <c>*</c>, <c>?</c> and <c>[...]</c> within one
/// name, <c>**</c> as a whole name for any number of directories, a slash at the end for everything below.
/// </summary>
/// <remarks>
/// As in a shell, a name that starts with a dot is only matched by a segment that does, and case matters. <c>**</c> in the middle also
/// stands for no directory at all; at the end it stands for everything below, hidden or not. A directory that a pattern matches stands
/// for everything below it.
/// </remarks>
public sealed class PathPattern
{
    private const string AnyDirectories = "**";

    private PathPattern(string text, string[] segments)
    {
        Text = text;
        Segments = segments;
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>The pattern between its slashes; a slash at the end has become a last segment <c>**</c>.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern, when it is one.</param>
    /// <param name="fault">What is wrong with it and how to mend it, when it is none.</param>
    /// <returns>Whether the text is a pattern.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out PathPattern? pattern, [NotNullWhen(false)] out string? fault)
    {
        var segments = text.Split('/');
        if (segments.Length > 1 && segments[^1].Length == 0)
        {
            segments[^1] = AnyDirectories;
        }

        fault = FaultOf(text) ?? segments.Select(FaultOfSegment).FirstOrDefault(found => found is not null);
        pattern = fault is null ? new PathPattern(text, segments) : null;
        return fault is null;
    }

    /// <summary>Whether the pattern matches a path, or a directory above it.</summary>
    /// <param name="path">A relative path with <c>/</c> between names and none at its ends.</param>
    public bool Matches(ReadOnlySpan<char> path) => Matches(Segments, 0, path);

    private static bool Matches(IReadOnlyList<string> segments, int first, ReadOnlySpan<char> path)
    {
        for (var i = first; i < segments.Count; i++)
        {
            if (path.IsEmpty)
            {
                return false;
            }

            if (segments[i] == AnyDirectories)
            {
                return i == segments.Count - 1 || MatchesBehindDirectories(segments, i + 1, path);
            }

            var slash = path.IndexOf('/');
            if (!NamePattern.Matches(segments[i], slash < 0 ? path : path[..slash]))
            {
                return false;
            }

            path = slash < 0 ? [] : path[(slash + 1)..];
        }

        return true;
    }

    private static bool MatchesBehindDirectories(IReadOnlyList<string> segments, int first, ReadOnlySpan<char> path)
    {
        while (!Matches(segments, first, path))
        {
            var slash = path.IndexOf('/');
            if (slash < 0 || path[0] == '.')
            {
                return false;
            }

            path = path[(slash + 1)..];
        }

        return true;
    }

    private static string? FaultOf(string text) =>
        text.Length == 0 ? "is empty. Name at least one file, such as 'results/*.trx'"
        : text[0] == '/' ? "is absolute. Write it relative to the directory it is looked up in"
        : text.Any(char.IsControl) ? "holds a control character. Match such a name with '?' or '*'"
        : text.Contains('\\', StringComparison.Ordinal) ? @"holds a '\'. Write '/' between directories; match a '\' in a name with '?'"
        : null;

    private static string? FaultOfSegment(string segment) =>
        segment switch
        {
            "" => "holds an empty name. Write one '/' between names",
            "." => "holds a '.' as a name. Leave it out",
            ".." => "holds '..'. It may not lead out of the directory it is looked up in",
            AnyDirectories => null,
            _ when segment.Contains(AnyDirectories, StringComparison.Ordinal) => "holds '**' beside other characters. Write it as a whole name, such as 'out/**/*.log'",
            _ => NamePattern.FaultOf(segment),
        };
}
