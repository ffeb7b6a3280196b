using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Grounds;

/// <summary>A real Slurm cluster, with a small home. Each of its two nodes has room for one worker: so one more than two waits in the queue.</summary>
internal sealed class SlurmGround : RemoteGround
{
    private const long HomeSize = 64 << 20;

    private SlurmGround(SlurmCluster slurm)
    {
        Slurm = slurm;
        Directory.CreateDirectory(ClientHome);
    }

    public SlurmCluster Slurm { get; }

    public override IReadOnlyList<string> ClientArguments => ["--cluster", $"slurm://{Login!.Name}", "--ssh-config", Hosts.ConfigFile];

    public override SshNode? Login => Slurm.Login;

    public override IReadOnlyList<SshNode> Nodes => Slurm.Nodes;

    private protected override SshHosts Hosts => Slurm.Hosts;

    public static async Task<SlurmGround> StartAsync() => new(await SlurmCluster.StartAsync(new SlurmOptions { Tuned = true, Cpus = 1, HomeSize = HomeSize }));

    public override Task<string> QueueAsync() => AskAsync("squeue -h; sinfo -h -N -p main -o '%N %T %E' | grep -v 'idle none$'");

    // A job's name is an array's, and there is one array of a name.
    public override Task<string> DoubleJobsAsync() => AskAsync("squeue -h -t all -o '%j %F' | sort -u | cut -d ' ' -f 1 | uniq -d");

    public override async ValueTask DisposeAsync()
    {
        await Slurm.DisposeAsync();
        await base.DisposeAsync();
    }
}
