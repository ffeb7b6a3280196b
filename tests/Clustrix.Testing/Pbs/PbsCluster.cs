using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Pbs;

/// <summary>
/// A stand-in for a PBS cluster on this machine; there is no PBS in it. It is a Slurm cluster whose <c>qsub</c> and its like take and tell in
/// the way of PBS what Slurm does. Its queues are <c>main</c>, <c>short</c> and <c>small</c>. What administrators do is done with Slurm's commands.
/// </summary>
public sealed class PbsCluster : SlurmCluster
{
    private PbsCluster(SshHosts hosts)
        : base(hosts, "pbs.sh")
    {
    }

    public override string Scheduler => "PBS";

    public override string SchedulerSetting => "pbs";

    private protected override string SchedulerPart => "server";

    private protected override string DeleteCommand => "qdel";

    /// <summary>Makes a cluster; all its nodes are free.</summary>
    public static async Task<PbsCluster> StartAsync(PbsOptions? options = null)
    {
        options ??= new PbsOptions();
        var cluster = new PbsCluster(await SshHosts.OpenAsync());
        await cluster.UpAsync(options.Nodes, options.Traits);
        return cluster;
    }

    /// <summary>Puts a job that runs back into the queue, as <c>qrerun</c> does.</summary>
    /// <param name="job">Its id.</param>
    public Task RerunAsync(string job) => RuleAsync($"scontrol requeue {job.Split('.')[0]}");
}
