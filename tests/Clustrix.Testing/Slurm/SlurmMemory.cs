namespace Clustrix.Testing.Slurm;

/// <summary>What happens to a job that takes more memory than it asked for.</summary>
public enum SlurmMemory
{
    /// <summary>Nothing.</summary>
    Unlimited,

    /// <summary>Slurm looks at it each second, and ends it.</summary>
    Watched,

    /// <summary>The kernel ends it: OUT_OF_MEMORY. Needs control groups of version 1.</summary>
    ControlGroup,
}
