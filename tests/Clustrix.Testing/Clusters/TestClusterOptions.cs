using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Clusters;

/// <summary>In what a cluster differs from an ordinary one: two nodes, its scheduler's own pace, one home for all hosts.</summary>
public abstract record TestClusterOptions
{
    /// <summary>How many nodes compute; they are called n1, n2, …</summary>
    public int Nodes { get; init; } = 2;

    /// <summary>Jobs start within about a second, and a silent node is given up soon.</summary>
    public bool Tuned { get; init; }

    /// <summary>Each node has a home that no other sees, as where the homes of a cluster aren't shared.</summary>
    public bool OwnHomes { get; init; }

    /// <summary>How large a home is, in bytes; null for 2 GiB.</summary>
    public long? HomeSize { get; init; }

    /// <summary>In what all hosts of the cluster differ from ordinary ones.</summary>
    public IReadOnlyList<SshTrait> Hosts { get; init; } = [];

    /// <summary>In what one host, <c>login</c> or a node, differs from the others.</summary>
    public IReadOnlyList<(string Host, SshTrait Trait)> Differences { get; init; } = [];

    /// <summary>The traits as <c>eng/clusters/cluster.sh</c> reads them.</summary>
    internal virtual IEnumerable<string> Traits =>
    [
        .. Trait("tuned", Tuned),
        .. Trait("own-homes", OwnHomes),
        .. Trait($"home={HomeSize}", HomeSize is not null),
        .. Hosts.Select(trait => $"host={trait.Text}"),
        .. Differences.Select(difference => $"{difference.Host}={difference.Trait.Text}"),
    ];

    private protected static IEnumerable<string> Trait(string text, bool isWanted) => isWanted ? [text] : [];
}
