using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>What the files of a package on disk say.</summary>
/// <param name="Package">The package.</param>
/// <param name="Source">Where it came from; null where the restore didn't note it.</param>
/// <param name="IsVerified">Whether the files were compared with the content hash, now or before. False when there is nothing to compare them with.</param>
/// <param name="Problem">Why the package can't be used; null when it can.</param>
internal sealed record PackageVerdict(RestoredPackage Package, string? Source, bool IsVerified, Problem? Problem);
