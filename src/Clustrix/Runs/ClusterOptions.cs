using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Stores;

namespace Clustrix.Runs;

/// <summary>How the hosts of a cluster make one cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>The store's root on each host, absolute; empty for <c>~/.cache/clustrix</c> there.</summary>
    public string StoreRoot { get; init; } = "";

    /// <summary>Whether the hosts see one and the same store.</summary>
    public bool SharedStore { get; init; }

    /// <summary>Whether nothing is to be changed: where there is no store, none is made. Such a cluster is good for plans only.</summary>
    public bool IsVisit { get; init; }

    /// <summary>Whether a payload is sent to one host, and the others fetch it there; they need an <c>ssh</c> that gets in without a question.</summary>
    public bool CopyBetweenHosts { get; init; }

    /// <summary>How many of the hosts must be usable, from 1 on; whoever only looks, or ends something, takes 1.</summary>
    public int MinHosts { get; init; } = 1;

    /// <summary>What this machine remembers of its pushes; null when it remembers nothing.</summary>
    internal PushedPayloads? Pushed { get; init; }

    /// <summary>
    /// How long a host may be out of sight: during a run before its items are attempted elsewhere, where zero is not at all; while something is
    /// pushed or brought before it is given up, where zero is one try to connect again.
    /// </summary>
    public TimeSpan HostLossTimeout { get; init; }

    /// <summary>What the stores' clean-ups leave.</summary>
    public Retention Retention { get; init; } = Retention.Of(ResolvedSettings.Defaults);

    /// <summary>What other clients are told of this one, when it cancels a run of theirs.</summary>
    public string ClientName { get; init; } = Environment.MachineName;

    /// <summary>The batch scheduler that gives the workers, by way of the one host; null when Clustrix starts them itself.</summary>
    public Schedulers.BatchOptions? Batch { get; init; }

    /// <summary>Checks what only means something on a host.</summary>
    /// <param name="host">The first host.</param>
    /// <exception cref="ClustrixException">The store's root is a relative path (<see cref="ErrorCode.BadValue"/>).</exception>
    internal void Check(IHost host)
    {
        if (StoreRoot.Length > 0 && !StoreRoot.StartsWith('/'))
        {
            throw new ClustrixException(
                ErrorCode.BadValue,
                $"'{StoreRoot}' isn't a value for StoreRoot: it is a directory on {host.Name}, where no relative path means anything. Write an absolute one, or leave it out for ~/.cache/clustrix there.");
        }
    }
}
