using Cake.Core.IO;

namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixCollect(Core.ICakeContext, ClustrixCollectSettings)"/>.</summary>
public sealed class ClustrixCollectSettings : ClustrixClusterSettings
{
    /// <summary>The run's id, or the beginning of it that no other run has. Needed.</summary>
    public string RunId { get; set; } = "";

    /// <summary>The directory in which each run's outputs, logs and reports are collected; <c>artifacts/clustrix</c> by default.</summary>
    public DirectoryPath? ArtifactsDirectory { get; set; }
}
