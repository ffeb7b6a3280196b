using Clustrix.Testing.GridEngine;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Schedulers;

/// <summary>A test against each scheduler in turn; skipped by name where one can't be had. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BatchFactAttribute : FactAttribute
{
    public BatchFactAttribute()
    {
        Skip = SlurmCluster.Missing ?? GridEngineCluster.Missing;
    }
}
