namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixCancel(Core.ICakeContext, ClustrixCancelSettings)"/>.</summary>
public sealed class ClustrixCancelSettings : ClustrixClusterSettings
{
    /// <summary>The run's id, or the beginning of it that no other run has. Needed.</summary>
    public string RunId { get; set; } = "";
}
