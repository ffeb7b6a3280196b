using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>What a <see cref="PayloadSource"/> may say, as far as it can be told without looking at the disk.</summary>
internal static class SourceRules
{
    /// <summary>What is wrong with a source's destination and exclusions.</summary>
    public static IEnumerable<Problem> Check(PayloadSource source)
    {
        if (FaultOfDestination(source.Destination) is var (code, fault))
        {
            yield return new Problem(code, $"The Destination {source.Destination.Quote()} of {source.Path.Quote()} {fault}.", source.File, source.Line);
        }

        foreach (var text in source.Exclude)
        {
            if (!PathPattern.TryParse(text, out _, out var wrong))
            {
                yield return new Problem(ErrorCode.BadValue, $"The Exclude pattern {text.Quote()} of {source.Path.Quote()} {wrong}.", source.File, source.Line);
            }
        }
    }

    /// <summary>The exclusions of a source without faults.</summary>
    public static PathPattern[] Exclusions(PayloadSource source) =>
        [.. source.Exclude.Select(text => PathPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw new ArgumentException(fault, nameof(source)))];

    private static (ErrorCode Code, string Fault)? FaultOfDestination(string destination)
    {
        if (destination.StartsWith('/'))
        {
            return (ErrorCode.PayloadEscapesRoot, "is absolute. Write it relative to the payload's root");
        }

        if (destination.Contains('\\', StringComparison.Ordinal) || destination.Any(char.IsControl))
        {
            return (ErrorCode.BadValue, @"holds a '\' or a control character. Write '/' between directories");
        }

        var names = destination.TrimEnd('/').Split('/');
        return names.Contains("..") ? (ErrorCode.PayloadEscapesRoot, "holds '..', which may lead out of the payload's root. Write it without")
            : names.Contains(".") || (names.Length > 1 && names.Contains("")) ? (ErrorCode.BadValue, "holds a '.' or nothing between two '/'. Leave that out")
            : null;
    }
}
