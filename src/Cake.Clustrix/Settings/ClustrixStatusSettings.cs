namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixStatus(Core.ICakeContext, ClustrixStatusSettings)"/>.</summary>
public sealed class ClustrixStatusSettings : ClustrixClusterSettings;
