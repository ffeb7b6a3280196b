using Cake.Core.IO;

namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixPreflight(Core.ICakeContext, ClustrixPreflightSettings)"/>.</summary>
public sealed class ClustrixPreflightSettings : ClustrixClusterSettings
{
    /// <summary>The directory into which <c>preflight.json</c> is written; <c>artifacts/clustrix</c> by default.</summary>
    public DirectoryPath? ArtifactsDirectory { get; set; }
}
