namespace Clustrix.Snapshots;

/// <summary>Where a package or a project of an assets file lies.</summary>
/// <param name="ContentHash">The content hash of a package; null for a project.</param>
/// <param name="Path">The directory of a package in its package folder, or the file of a project.</param>
internal sealed record AssetsLibrary(string? ContentHash, string? Path)
{
    /// <summary>Reads the section <c>libraries</c>: the libraries by <c>ID/VERSION</c>.</summary>
    public static Dictionary<string, AssetsLibrary> ReadAll(ref JsonScan scan)
    {
        var libraries = new Dictionary<string, AssetsLibrary>(StringComparer.OrdinalIgnoreCase);
        scan.EnterObject();
        while (scan.NextProperty())
        {
            libraries[scan.Name()] = Read(ref scan);
        }

        return libraries;
    }

    private static AssetsLibrary Read(ref JsonScan scan)
    {
        string? type = null, hash = null, path = null;
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("sha512"u8))
            {
                hash = scan.Text();
            }
            else if (scan.Is("type"u8))
            {
                type = scan.Text();
            }
            else if (scan.Is("path"u8))
            {
                path = scan.Text();
            }
            else
            {
                scan.Skip();
            }
        }

        return new AssetsLibrary(hash, path is null || type == "project" ? path : PackagePath.Check(ref scan, path));
    }
}
