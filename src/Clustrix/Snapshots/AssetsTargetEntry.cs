namespace Clustrix.Snapshots;

/// <summary>A package or a project in a target of an assets file.</summary>
internal sealed record AssetsTargetEntry(string Id, string Version, bool IsProject, List<PackageAsset> Assets, List<string> Dependencies);
