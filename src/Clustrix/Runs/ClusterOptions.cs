namespace Clustrix.Runs;

/// <summary>How the hosts of a cluster make one cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>The store's root on each host, absolute; empty for <c>~/.cache/clustrix</c> there.</summary>
    public string StoreRoot { get; init; } = "";

    /// <summary>Whether the hosts see one and the same store.</summary>
    public bool SharedStore { get; init; }

    /// <summary>How many of the hosts must be usable, from 1 on.</summary>
    public int MinHosts { get; init; } = 1;

    /// <summary>Where this machine remembers what it has pushed, absolute; empty for nowhere.</summary>
    public string CacheDirectory { get; init; } = "";

    /// <summary>How long a host may be out of sight during a run before its items are attempted elsewhere; zero: not at all.</summary>
    public TimeSpan HostLossTimeout { get; init; }
}
