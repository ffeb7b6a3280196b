using Clustrix.Testing.Clusters;

namespace Clustrix.Testing.GridEngine;

/// <summary>In what a Grid Engine cluster differs from an ordinary one: two nodes of four slots, a look at the queue each 15 s, one home for all hosts.</summary>
public sealed record GridEngineOptions : TestClusterOptions
{
    /// <summary>How many slots each node has.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>Each node has 4 GB of <c>h_vmem</c> to give; a job that doesn't ask for any gets 1 GB. Otherwise <c>h_vmem</c> is a limit and no more.</summary>
    public bool ConsumableMemory { get; init; }

    internal override IEnumerable<string> Traits => [.. base.Traits, $"slots={Slots}", .. Trait("memory=consumable", ConsumableMemory)];
}
