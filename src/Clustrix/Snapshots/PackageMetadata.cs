using System.Text.Json;

namespace Clustrix.Snapshots;

/// <summary>What a restore noted beside a package that it extracted: <c>.nupkg.metadata</c>.</summary>
/// <param name="ContentHash">SHA-512 of the package's content without its signature, in base 64.</param>
/// <param name="Source">The address or the directory that the package came from; null where the restore didn't note one.</param>
public sealed record PackageMetadata(string ContentHash, string? Source)
{
    /// <summary>The file's name in a package's directory.</summary>
    public const string FileName = ".nupkg.metadata";

    /// <summary>Reads the content of such a file.</summary>
    /// <exception cref="JsonException">It can't be read; with line and column, from 0.</exception>
    internal static PackageMetadata Parse(ReadOnlySpan<byte> json)
    {
        var scan = new JsonScan(json);
        string? hash = null, source = null;
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("contentHash"u8))
            {
                hash = scan.Text();
            }
            else if (scan.Is("source"u8))
            {
                source = scan.TextOrNull();
            }
            else
            {
                scan.Skip();
            }
        }

        scan.End();
        return new PackageMetadata(hash ?? throw scan.Fault("there is no contentHash"), source);
    }
}
