using Clustrix.Conformance.Schedulers;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>A stand-in for a PBS cluster and what a test needs to run workloads on it.</summary>
public sealed class PbsFarm : BatchFarm
{
    private PbsFarm(PbsCluster cluster)
        : base(cluster)
    {
        Pbs = cluster;
    }

    public PbsCluster Pbs { get; }

    public static async Task<PbsFarm> StartAsync(PbsOptions? options = null) => new(await PbsCluster.StartAsync(options ?? new PbsOptions { Tuned = true }));
}
