namespace Clustrix.Snapshots;

/// <summary>The versions of a package that a project itself asks for.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Range">The range, such as <c>[4.2.1, )</c> or <c>[4.*, )</c>.</param>
public sealed record RequestedVersion(string Id, string Range)
{
    /// <summary>Whether the range takes the newest version that a source has on the day of the restore.</summary>
    public bool IsFloating => Range.Contains('*', StringComparison.Ordinal);
}
