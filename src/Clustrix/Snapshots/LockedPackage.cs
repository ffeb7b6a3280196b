namespace Clustrix.Snapshots;

/// <summary>A package as a lock file pins it.</summary>
/// <param name="Id">The package's id.</param>
/// <param name="Requested">The range that the project asks for; null for a package that only others ask for.</param>
/// <param name="Resolved">The version that was chosen.</param>
/// <param name="ContentHash">SHA-512 of the package's content without its signature, in base 64; null where the lock file has none.</param>
public sealed record LockedPackage(string Id, string? Requested, string Resolved, string? ContentHash);
