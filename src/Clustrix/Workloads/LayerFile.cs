namespace Clustrix.Workloads;

/// <summary>What a path in a layer is.</summary>
public enum FileKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory that is named for itself, because nothing is in it.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,
}

/// <summary>One path of a layer.</summary>
/// <param name="Path">Relative to the payload's root, with <c>/</c> between names; never empty, absolute, or with a <c>.</c> or <c>..</c> in it.</param>
/// <param name="Kind">What the path is.</param>
/// <param name="Executable">Whether a regular file may be executed by its owner. Other mode bits don't travel: they depend on the umask of the checkout.</param>
/// <param name="Size">Bytes of a regular file; 0 for anything else.</param>
/// <param name="Digest">SHA-256 of a regular file's content, 64 lower-case hexadecimal digits; empty for anything else.</param>
/// <param name="LinkTarget">What a symbolic link holds, as it stands; null for anything else.</param>
/// <param name="Source">Absolute path on this machine from which a regular file's content is read; null for anything else. Not a part of any digest.</param>
public sealed record LayerFile(
    string Path,
    FileKind Kind,
    bool Executable,
    long Size,
    string Digest,
    string? LinkTarget,
    string? Source)
{
    /// <summary>
    /// The name under which a store keeps a regular file's content: the digest, and an <c>x</c> behind it when the file is executable,
    /// because hard links share their mode.
    /// </summary>
    public string BlobName => Executable ? Digest + "x" : Digest;

    /// <summary>Whether another file would be the same on the node, wherever either comes from on this machine.</summary>
    public bool HasSameContent(LayerFile other) =>
        Kind == other.Kind
        && Executable == other.Executable
        && Size == other.Size
        && Digest == other.Digest
        && LinkTarget == other.LinkTarget;

    /// <summary>The files in ordinal order of their paths.</summary>
    internal static LayerFile[] Sort(IEnumerable<LayerFile> files)
    {
        var sorted = files.ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            if (string.CompareOrdinal(sorted[i - 1].Path, sorted[i].Path) > 0)
            {
                Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Path, b.Path));
                break;
            }
        }

        return sorted;
    }
}
