using Clustrix.Testing.Clusters;
using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.GridEngine;

/// <summary>
/// A Grid Engine cluster on this machine, with sge_qmaster where users log in and sge_execd on the nodes. Its queues are <c>main.q</c>,
/// <c>short.q</c> (for jobs with <c>-l short</c>) and <c>broken.q</c> (for jobs with <c>-l broken</c>), its parallel environment <c>smp</c>.
/// </summary>
public sealed class GridEngineCluster : TestCluster
{
    private const string Script = "gridengine.sh";

    private static readonly Lazy<string?> Lack = new(() => Check(Script, "Grid Engine"));

    private GridEngineCluster(SshHosts hosts)
        : base(Script, hosts)
    {
    }

    public override string Scheduler => "Grid Engine";

    public override string SchedulerSetting => "gridengine";

    /// <summary>sge_qmaster. Numbers of jobs that it hadn't written down when it was killed are given again.</summary>
    private protected override string SchedulerPart => "master";

    private protected override string DeleteCommand => "qdel";

    /// <summary>Why no cluster can be made on this machine; null when it can.</summary>
    public static string? Missing => Lack.Value;

    /// <summary>Makes a cluster; all its nodes take jobs.</summary>
    public static async Task<GridEngineCluster> StartAsync(GridEngineOptions? options = null)
    {
        options ??= new GridEngineOptions();
        var cluster = new GridEngineCluster(await SshHosts.OpenAsync());
        await cluster.UpAsync(options.Nodes, options.Traits);
        return cluster;
    }

    public override async Task<string> QueueAsync() => (await RunAsync("qstat -u '*'")).Output.Trim();

    public override Task DrainAsync(SshNode node) => RuleAsync($"qmod -d '*@{node.Name}'");

    public override Task ResumeAsync(SshNode node) => RuleAsync($"qmod -e '*@{node.Name}'");
}
