namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixPreflight(Core.ICakeContext, ClustrixPreflightSettings)"/>.</summary>
public sealed class ClustrixPreflightSettings : ClustrixClusterSettings;
