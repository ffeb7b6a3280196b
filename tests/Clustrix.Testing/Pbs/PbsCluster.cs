using Clustrix.Testing.Clusters;
using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Pbs;

/// <summary>
/// A stand-in for a PBS cluster on this machine; there is no PBS in it. Its <c>qsub</c> and its like take and tell in the way of PBS what a
/// real Slurm does. Its queues are <c>main</c>, <c>short</c> and <c>small</c>. What there is no command of PBS for here is done with Slurm's.
/// </summary>
public sealed class PbsCluster : TestCluster
{
    private const string Script = "pbs.sh";

    private static readonly Lazy<string?> Lack = new(() => Check(Script, "Slurm"));

    private PbsCluster(SshHosts hosts)
        : base(Script, hosts)
    {
    }

    /// <summary>Why no cluster can be made on this machine; null when it can.</summary>
    public static string? Missing => Lack.Value;

    /// <summary>Makes a cluster; all its nodes are free.</summary>
    public static async Task<PbsCluster> StartAsync(PbsOptions? options = null)
    {
        options ??= new PbsOptions();
        var cluster = new PbsCluster(await SshHosts.OpenAsync());
        await cluster.UpAsync(options.Nodes, options.Traits);
        return cluster;
    }

    /// <summary>Ends what stands in for pbs_server so that it can't write anything down.</summary>
    public Task KillServerAsync() => CommandAsync("server", "kill");

    /// <summary>Starts it again, with what it wrote down.</summary>
    public Task StartServerAsync() => CommandAsync("server", "start");

    /// <summary>Takes a node out of service, as <c>pbsnodes -o</c> does, or puts it back.</summary>
    public Task SetOfflineAsync(SshNode node, bool isOffline) =>
        RuleAsync($"scontrol update nodename={node.Name} state={(isOffline ? "drain" : "resume")} reason=repair");

    /// <summary>Puts a job that runs back into the queue, as <c>qrerun</c> does.</summary>
    /// <param name="job">Its number.</param>
    public Task RerunAsync(string job) => RuleAsync($"scontrol requeue {job}");
}
