using Clustrix.Testing.Clusters;
using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Slurm;

/// <summary>A Slurm cluster on this machine, with slurmctld where users log in and slurmd on the nodes.</summary>
public class SlurmCluster : TestCluster
{
    private const string Script = "slurm.sh";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> Lack = new(() => Check(Script, "Slurm"));

    private protected SlurmCluster(SshHosts hosts, string script = Script)
        : base(script, hosts)
    {
    }

    public override string Scheduler => "Slurm";

    public override string SchedulerSetting => "slurm";

    private protected override string SchedulerPart => "controller";

    private protected override string DeleteCommand => "scancel";

    /// <summary>Why no cluster can be made on this machine; null when it can.</summary>
    public static string? Missing => Lack.Value;

    /// <summary>
    /// What a program of this machine needs to talk to the cluster without logging in. Its jobs find nothing of this machine's files but
    /// what is in the shared directory, and run as its user, whom the hosts know.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["SLURM_CONF"] = Hosts.In("slurm/client.conf") };

    /// <summary>Makes a cluster; all its nodes are idle.</summary>
    public static async Task<SlurmCluster> StartAsync(SlurmOptions? options = null)
    {
        options ??= new SlurmOptions();
        var cluster = new SlurmCluster(await SshHosts.OpenAsync());
        await cluster.UpAsync(options.Nodes, options.Traits);
        return cluster;
    }

    /// <summary>Runs a program of this machine, which talks to the cluster without logging in.</summary>
    public Task<ProcessOutcome> RunHereAsync(string program, params string[] arguments) =>
        ChildProcess.RunAsync(program, arguments, SharedDirectory, Limit, Environment);

    public override async Task<string> QueueAsync() => (await RunAsync("squeue -h")).Output.Trim();

    public override Task DrainAsync(SshNode node) => SetStateAsync(node, "drain", "repair");

    public override Task ResumeAsync(SshNode node) => SetStateAsync(node, "resume");

    // It does so some seconds after a change, and ends what it knows nothing of after its return.
    public override async Task WrittenDownAsync()
    {
        // What the first writing has missed is in the second.
        foreach (var writing in new[] { "first", "second" })
        {
            await RuleAsync($"scontrol update jobid=$(squeue -h -o %A | head -n 1) comment={writing} && touch /run/{writing}");
            await Condition.HoldsAsync(
                async () => (await Login.RunAsRootAsync($"find /var/spool/slurmctld -name job_state -newer /run/{writing}")).Output.Trim() == "/var/spool/slurmctld/job_state", $"the {writing} writing");
        }
    }

    /// <summary>Starts slurmctld again with nothing of what it wrote down: it knows of no job, and gives their numbers again.</summary>
    public async Task LoseStateAsync()
    {
        await KillSchedulerAsync();
        await RuleAsync("rm -rf /var/spool/slurmctld/*");
        await StartSchedulerAsync();
    }

    /// <summary>Ends slurmdbd: <c>sacct</c> fails, and slurmctld keeps what it has to tell.</summary>
    public Task KillDatabaseAsync() => CommandAsync("database", "kill");

    /// <summary>Starts slurmdbd again.</summary>
    public Task StartDatabaseAsync() => CommandAsync("database", "start");

    /// <summary>Gives a node a state as an administrator does.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state"><c>drain</c>, <c>down</c> or <c>resume</c>.</param>
    /// <param name="reason">What users are told.</param>
    public Task SetStateAsync(SshNode node, string state, string reason = "maintenance") =>
        RuleAsync($"scontrol update nodename={node.Name} state={state} reason='{reason}'");
}
