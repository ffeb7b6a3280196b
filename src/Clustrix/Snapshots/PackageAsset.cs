namespace Clustrix.Snapshots;

/// <summary>A file of a package that a build uses.</summary>
/// <param name="Kind">What the build does with it.</param>
/// <param name="Path">Where it lies in the package, with <c>/</c> between names.</param>
/// <param name="RuntimeIdentifier">The one platform that it is for, when the program picks it as it starts; null when the build has picked it.</param>
public sealed record PackageAsset(AssetKind Kind, string Path, string? RuntimeIdentifier = null)
{
    /// <summary>Whether the entry only says that the package has nothing here. No such file needs to exist.</summary>
    internal bool IsPlaceholder => Path.EndsWith("/_._", StringComparison.Ordinal);
}
