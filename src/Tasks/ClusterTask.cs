using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>A task that talks to a cluster.</summary>
public abstract class ClusterTask : ClustrixTask
{
    private const string Local = "local";

    /// <summary>The cluster's name.</summary>
    [Required]
    public string Cluster { get; set; } = "";

    /// <summary>The root of the store on the cluster; empty for the cluster's own.</summary>
    public string StoreRoot { get; set; } = "";

    /// <summary>What is wrong with the cluster's name, if anything.</summary>
    private protected IEnumerable<Problem> ClusterProblems() => Cluster == Local
        ? []
        : [new Problem(ErrorCode.UnknownCluster, $"There is no cluster '{Cluster}': this version knows only '{Local}'. Set ClustrixCluster to it, or leave it out.")];

    /// <summary>Connects to the cluster.</summary>
    private protected async Task<Cluster> ConnectAsync(CancellationToken cancellationToken)
    {
        var problems = ClusterProblems().ToList();
        return problems.Count == 0
            ? await Runs.Cluster.ConnectAsync(new LocalHost(HostEnvironment.Read()), StoreRoot, BuildLog, TimeProvider.System, cancellationToken).ConfigureAwait(false)
            : throw new ClustrixException(problems);
    }
}
