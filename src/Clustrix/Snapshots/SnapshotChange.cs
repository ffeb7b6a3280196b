namespace Clustrix.Snapshots;

/// <summary>One thing in which two snapshots differ.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty where there is one of its kind only.</param>
/// <param name="Before">Its value in the older snapshot; null when it wasn't there.</param>
/// <param name="After">Its value in the newer snapshot; null when it isn't there.</param>
public sealed record SnapshotChange(EntryKind Kind, string Name, string? Before, string? After)
{
    /// <summary>The change in one line: <c>package X 1.2.0 -> 1.3.0</c>, <c>file app.dll content changed</c>. The values of variables aren't shown.</summary>
    public override string ToString()
    {
        var subject = Name.Length == 0 ? Kind.Label() : $"{Kind.Label()} {Name}";
        if (Before is null)
        {
            return $"{subject} added";
        }

        if (After is null)
        {
            return $"{subject} removed";
        }

        return Kind switch
        {
            EntryKind.Variable => $"{subject} changed",
            EntryKind.File => $"{subject} {FileChange(Before, After)} changed",
            EntryKind.Package => PackageChange(subject, Version(Before), Version(After)),
            _ => $"{subject} {Before} -> {After}",
        };
    }

    private static string FileChange(string before, string after) =>
        FileDigest.Content(before) != FileDigest.Content(after) ? "content"
        : FileDigest.Target(before) != FileDigest.Target(after) ? "link target"
        : "mode";

    private static string PackageChange(string subject, string before, string after) =>
        before == after ? $"{subject} {after} content changed" : $"{subject} {before} -> {after}";

    private static string Version(string value) => value.Split(' ')[0];
}
