namespace Clustrix.Snapshots;

/// <summary>What a build does with a file of a package.</summary>
public enum AssetKind
{
    /// <summary>The compiler refers to it.</summary>
    Compile,

    /// <summary>It is loaded when the program runs.</summary>
    Runtime,

    /// <summary>A satellite assembly of one language.</summary>
    Resource,

    /// <summary>A native library that the program loads.</summary>
    Native,

    /// <summary>A source or data file that becomes part of the project.</summary>
    ContentFile,

    /// <summary>An MSBuild file that is imported.</summary>
    Build,
}
