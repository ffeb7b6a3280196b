namespace Clustrix.Chaos.Grounds;

/// <summary>What the items of a round run on.</summary>
public enum ClusterKind
{
    /// <summary>This machine.</summary>
    Local,

    /// <summary>A host behind SSH.</summary>
    Ssh,

    /// <summary>A Slurm cluster.</summary>
    Slurm,

    /// <summary>A Grid Engine cluster.</summary>
    GridEngine,
}
