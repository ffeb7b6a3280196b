using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

/// <summary>A test against a Slurm cluster that limits memory by control groups of version 1; skipped by name where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlurmGroupsFactAttribute : FactAttribute
{
    public SlurmGroupsFactAttribute()
    {
        Skip = SlurmCluster.Missing ?? (MemoryGroup.Available ? null : "needs memory control groups of version 1, which only root may make");
    }
}
