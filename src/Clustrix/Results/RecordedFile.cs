namespace Clustrix.Results;

/// <summary>A file that an attempt left behind.</summary>
/// <param name="Path">Relative to the attempt's directory: <c>stdout</c>, <c>stderr</c>, or <c>work/…</c> for an output.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
public sealed record RecordedFile(string Path, long Size, string Digest)
{
    /// <summary>Whether the path is UTF-8. Of one that isn't, <see cref="Path"/> has bytes as %XX, and no file of this machine can be called so.</summary>
    public bool IsUtf8 { get; init; } = true;
}
