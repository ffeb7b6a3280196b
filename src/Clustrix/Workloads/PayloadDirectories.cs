using Clustrix.Configuration;

namespace Clustrix.Workloads;

/// <summary>The directories of a payload, as an item will find them.</summary>
internal sealed class PayloadDirectories
{
    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileKind> _others = new(StringComparer.Ordinal);

    public PayloadDirectories(Payload payload)
    {
        foreach (var file in payload.Files)
        {
            if (file.Kind == FileKind.Directory)
            {
                _directories.Add(file.Path);
            }
            else
            {
                _others.Add(file.Path, file.Kind);
            }

            for (var above = Above(file.Path); above.Length > 0 && _directories.Add(above); above = Above(above))
            {
            }
        }
    }

    /// <summary>Why no command can start in a directory, as the end of a sentence; null when it can.</summary>
    public string? FaultOfDirectory(string path)
    {
        var plain = string.Join('/', path.Split('/').Where(name => name is not ("" or ".")));
        if (plain.Length == 0 || _directories.Contains(plain))
        {
            return null;
        }

        for (var part = plain; part.Length > 0; part = Above(part))
        {
            if (_others.TryGetValue(part, out var kind))
            {
                // Where a link leads is seen on the node.
                return kind == FileKind.SymbolicLink ? null : part == plain ? "is a file of the payload. Name the directory it lies in" : $"leads through {part.Quote()}, which is a file of the payload. Correct it";
            }
        }

        return NearestName.Of(plain, _directories) is { } nearest
            ? $"isn't in the payload. Did you mean {nearest.Quote()}? Correct it"
            : "isn't in the payload. Correct it, or add a ClustrixPayload that has it";
    }

    private static string Above(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";
}
