using Clustrix.Testing.Clusters;

namespace Clustrix.Testing.Pbs;

/// <summary>In what a stand-in for a PBS cluster differs from an ordinary one: two nodes of four CPUs, Slurm's own pace, one home for all hosts, a history of jobs.</summary>
public sealed record PbsOptions : TestClusterOptions
{
    /// <summary>Whether jobs that are over are told of, as PBS does it only where it is told to.</summary>
    public bool History { get; init; } = true;

    internal override IEnumerable<string> Traits => [.. base.Traits, .. Trait("history=off", !History)];
}
