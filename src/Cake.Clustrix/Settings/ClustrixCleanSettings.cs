namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixClean(Core.ICakeContext, ClustrixCleanSettings)"/>.</summary>
public sealed class ClustrixCleanSettings : ClustrixClusterSettings
{
    /// <summary>How many days finished runs and unused payloads are kept; 30 by default, 0 keeps only what is in use.</summary>
    public int? KeepDays { get; set; }

    /// <summary>How much a store may hold before the oldest finished runs and unused payloads go, however young, with its unit; <c>50GB</c> by default.</summary>
    public string? StoreLimit { get; set; }

    /// <summary>Whether to tell only what would be removed.</summary>
    public bool DryRun { get; set; }
}
