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

    /// <summary>Ends sge_qmaster so that it can't write anything down. Numbers of jobs that it hadn't written down are given again.</summary>
    public Task KillMasterAsync() => CommandAsync("master", "kill");

    /// <summary>Starts sge_qmaster again, with what it wrote down.</summary>
    public Task StartMasterAsync() => CommandAsync("master", "start");

    /// <summary>Gives the queues of a node no more jobs; what runs there goes on.</summary>
    public Task DisableAsync(SshNode node) => RuleAsync($"qmod -d '*@{node.Name}'");

    /// <summary>Gives the queues of a node jobs again.</summary>
    public Task EnableAsync(SshNode node) => RuleAsync($"qmod -e '*@{node.Name}'");
}
