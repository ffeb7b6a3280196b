using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Slurm;

/// <summary>In what a Slurm cluster differs from an ordinary one: two nodes of four CPUs, Slurm's own pace, one home for all hosts.</summary>
public sealed record SlurmOptions
{
    /// <summary>How many nodes compute; they are called n1, n2, …</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>How many CPUs each node has, whatever this machine has.</summary>
    public int Cpus { get; init; } = 4;

    /// <summary>Jobs start within about a second, and a silent node is given up within twelve.</summary>
    public bool Tuned { get; init; }

    /// <summary>With slurmdbd: <c>sacct</c> works. The user's accounts are <c>research</c> (the default) and <c>teaching</c>; others are refused.</summary>
    public bool Accounting { get; init; }

    /// <summary>How long Slurm remembers a job that is over; null for what Slurm does unless told, 300 s. It looks about once a minute.</summary>
    public TimeSpan? MinJobAge { get; init; }

    /// <summary>Who ends a job that takes more memory than it asked for.</summary>
    public SlurmMemory Memory { get; init; }

    /// <summary>Each node has a home that no other sees, as where the homes of a cluster aren't shared.</summary>
    public bool OwnHomes { get; init; }

    /// <summary>How large the common home is, in bytes; null for 2 GiB.</summary>
    public long? HomeSize { get; init; }

    /// <summary>In what all hosts of the cluster differ from ordinary ones.</summary>
    public IReadOnlyList<SshTrait> Hosts { get; init; } = [];

    /// <summary>Lines of <c>slurm.conf</c> that take the place of those that would be there, e.g. <c>MaxArraySize=10</c>, or add partitions.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>The traits as <c>eng/slurm/cluster.sh</c> reads them.</summary>
    internal IEnumerable<string> Traits =>
    [
        $"nodes={Nodes}",
        $"cpus={Cpus}",
        .. Tuned ? ["tuned"] : Array.Empty<string>(),
        .. Accounting ? ["accounting"] : Array.Empty<string>(),
        .. MinJobAge is { } age ? [$"MinJobAge={age.TotalSeconds:0}"] : Array.Empty<string>(),
        .. Memory is SlurmMemory.Unlimited ? Array.Empty<string>() : [$"memory={(Memory is SlurmMemory.Watched ? "watched" : "cgroup")}"],
        .. OwnHomes ? ["own-homes"] : Array.Empty<string>(),
        .. HomeSize is { } size ? [$"home={size}"] : Array.Empty<string>(),
        .. Hosts.Select(trait => $"host={trait.Text}"),
        .. Lines,
    ];
}
