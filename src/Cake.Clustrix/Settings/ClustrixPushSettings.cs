namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixPush(Core.ICakeContext, ClustrixPushSettings)"/>.</summary>
public class ClustrixPushSettings : ClustrixClusterSettings
{
    /// <summary>The files and directories that the items find; empty by default.</summary>
    public ICollection<ClustrixPayload> Payload { get; } = [];
}
