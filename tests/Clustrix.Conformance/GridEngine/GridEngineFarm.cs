using Clustrix.Conformance.Schedulers;
using Clustrix.Testing.GridEngine;

namespace Clustrix.Conformance.GridEngine;

/// <summary>A real Grid Engine cluster and what a test needs to run workloads on it.</summary>
public sealed class GridEngineFarm : BatchFarm
{
    private GridEngineFarm(GridEngineCluster cluster)
        : base(cluster)
    {
        GridEngine = cluster;
    }

    public GridEngineCluster GridEngine { get; }

    public static async Task<GridEngineFarm> StartAsync(GridEngineOptions? options = null) =>
        new(await GridEngineCluster.StartAsync(options ?? new GridEngineOptions { Tuned = true }));
}
