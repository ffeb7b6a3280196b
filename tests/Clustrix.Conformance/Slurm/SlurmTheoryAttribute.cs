using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

/// <summary>A test against a real Slurm cluster; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SlurmTheoryAttribute : TheoryAttribute
{
    public SlurmTheoryAttribute()
    {
        Skip = SlurmCluster.Missing;
    }
}
