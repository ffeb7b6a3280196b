namespace Clustrix.Snapshots;

/// <summary>A path inside a package folder, as an assets file writes it.</summary>
internal static class PackagePath
{
    // A path that leads out of the package folder would have us read, and blame, files of somebody else.
    public static string Check(ref JsonScan scan, string path) =>
        path.Length > 0 && path[0] != '/' && !path.Split('/').Contains("..") ? path : throw scan.Fault($"'{path}' leads out of the package folder");
}
