using Clustrix.Testing.GridEngine;
using Clustrix.Testing.Slurm;

namespace Clustrix.Chaos;

/// <summary>Rounds on a real cluster; skipped by name where none can be made. In CI a skip is a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RoundTheoryAttribute : TheoryAttribute
{
    private const string Bindfs = "/usr/bin/bindfs";

    public RoundTheoryAttribute()
    {
        // Clusters are made of SSH hosts.
        Skip = SlurmCluster.Missing ?? GridEngineCluster.Missing ?? (File.Exists(Bindfs) ? null : $"there is no {Bindfs}; eng/services.sh install brings it");
    }
}
