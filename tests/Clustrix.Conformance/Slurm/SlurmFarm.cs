using Clustrix.Conformance.Schedulers;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

/// <summary>A real Slurm cluster and what a test needs to run workloads on it.</summary>
public sealed class SlurmFarm : BatchFarm
{
    private SlurmFarm(SlurmCluster slurm)
        : base(slurm)
    {
        Slurm = slurm;
    }

    public SlurmCluster Slurm { get; }

    public static async Task<SlurmFarm> StartAsync(SlurmOptions? options = null) => new(await SlurmCluster.StartAsync(options ?? new SlurmOptions { Tuned = true }));
}
