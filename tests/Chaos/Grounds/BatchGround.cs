using Clustrix.Testing.Clusters;
using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Grounds;

/// <summary>A real cluster with a scheduler, and a small home. Each of its two nodes has room for one worker: so one more than two waits in the queue.</summary>
internal abstract class BatchGround : RemoteGround
{
    private protected const long HomeSize = 64 << 20;

    private protected BatchGround(TestCluster machines)
    {
        Machines = machines;
        Directory.CreateDirectory(ClientHome);
    }

    /// <summary>The cluster, whatever its scheduler is.</summary>
    public TestCluster Machines { get; }

    public override IReadOnlyList<string> ClientArguments => ["--cluster", $"{Machines.SchedulerSetting}://{Login!.Name}", "--ssh-config", Hosts.ConfigFile];

    public override SshNode? Login => Machines.Login;

    public override IReadOnlyList<SshNode> Nodes => Machines.Nodes;

    private protected override SshHosts Hosts => Machines.Hosts;

    public override async ValueTask DisposeAsync()
    {
        await Machines.DisposeAsync();
        await base.DisposeAsync();
    }
}
