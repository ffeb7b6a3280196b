using Clustrix.Testing.Clusters;

namespace Clustrix.Testing.Slurm;

/// <summary>In what a Slurm cluster differs from an ordinary one: two nodes of four CPUs, Slurm's own pace, one home for all hosts.</summary>
public sealed record SlurmOptions : TestClusterOptions
{
    /// <summary>How many CPUs each node has, whatever this machine has.</summary>
    public int Cpus { get; init; } = 4;

    /// <summary>With slurmdbd: <c>sacct</c> works. The user's accounts are <c>research</c> (the default) and <c>teaching</c>; others are refused.</summary>
    public bool Accounting { get; init; }

    /// <summary>How long Slurm remembers a job that is over; null for what Slurm does unless told, 300 s. It may take longer to forget.</summary>
    public TimeSpan? MinJobAge { get; init; }

    /// <summary>What happens to a job that takes more memory than it asked for.</summary>
    public SlurmMemory Memory { get; init; }

    /// <summary>Lines of <c>slurm.conf</c> that take the place of those that would be there, e.g. <c>MaxArraySize=10</c>, or add partitions.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    internal override IEnumerable<string> Traits =>
    [
        .. base.Traits,
        $"cpus={Cpus}",
        .. Trait("accounting", Accounting),
        .. Trait("memory=watched", Memory is SlurmMemory.Watched),
        .. Trait("memory=cgroup", Memory is SlurmMemory.ControlGroup),
        .. Trait($"MinJobAge={MinJobAge?.TotalSeconds:0}", MinJobAge is not null),
        .. Lines,
    ];
}
