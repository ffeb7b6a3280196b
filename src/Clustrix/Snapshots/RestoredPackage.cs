namespace Clustrix.Snapshots;

/// <summary>A package as a restore resolved it for one target.</summary>
/// <param name="Id">The package's id, as its author writes it.</param>
/// <param name="Version">The resolved version.</param>
/// <param name="Path">Its directory, relative to a package folder, with <c>/</c> between names.</param>
/// <param name="ContentHash">SHA-512 of the package's content without its signature, in base 64.</param>
/// <param name="Assets">The files that the build uses, in the order of the assets file.</param>
/// <param name="Dependencies">The ids that it depends on in this target.</param>
public sealed record RestoredPackage(
    string Id,
    string Version,
    string Path,
    string ContentHash,
    IReadOnlyList<PackageAsset> Assets,
    IReadOnlyList<string> Dependencies);
