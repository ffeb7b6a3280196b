using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Slurm;

public sealed class FaultsOfClusters : IAsyncLifetime
{
    // A job that ends when somebody says so, on n1.
    private const string Patient = "sbatch -w n1 -o out --wrap 'touch began; until [ -e go ]; do sleep 0.05; done; echo ended'";

    private SlurmCluster _cluster = null!;
    private SshNode _node = null!;

    public async Task InitializeAsync()
    {
        if (SlurmCluster.Missing is null)
        {
            _cluster = await SlurmCluster.StartAsync(new SlurmOptions { Tuned = true, HomeSize = 4_000_000 });
            _node = _cluster.Nodes[0];
        }
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [SlurmFact]
    public async Task Slurmctld_is_killed_and_goes_on()
    {
        await _cluster.KillSchedulerAsync();
        (await _cluster.RunAsync("squeue")).Output.ShouldContain("Unable to contact slurm controller");

        await _cluster.StartSchedulerAsync();
        await Idle();
    }

    [SlurmFact]
    public async Task Slurmd_is_killed_and_its_job_goes_on()
    {
        await Begin();

        await _cluster.KillDaemonAsync(_node);
        await _cluster.RunAsync("touch go");
        await Holds("cat out", "ended");

        await _cluster.StartDaemonAsync(_node);
        await Holds("scontrol show job 1 | grep -o JobState=.*LETED", "JobState=COMPLETED");
    }

    [SlurmFact]
    public async Task A_node_without_power_is_down_and_its_job_waits()
    {
        await Begin();

        await _node.PowerOffAsync();

        await Holds("sinfo -h -p main -n n1 -o %T", "down*");
        await Holds("squeue -h -o '%T %r'", "PENDING BeginTime");
    }

    [SlurmFact]
    public async Task A_reboot_ends_what_runs_and_the_node_comes_back()
    {
        await Begin();

        await _cluster.RebootAsync(_node);

        (await _node.ProcessesOfUserAsync()).ShouldBeEmpty();
        (await _cluster.RunAsync("sbatch -W -w n1 --wrap true")).ExitCode.ShouldBe(0);
    }

    [SlurmFact]
    public async Task A_node_loses_its_network_and_its_job_goes_on()
    {
        await Begin();

        await _node.UnplugAsync();
        (await _cluster.RunAsync("timeout 1 bash -c ': </dev/tcp/n1/6818'")).ExitCode.ShouldBe(124);
        await _cluster.RunAsync("touch go");
        await Holds("cat out", "ended");

        await _node.PlugInAsync();
        (await _cluster.RunAsync("timeout 10 bash -c ': </dev/tcp/n1/6818'")).ExitCode.ShouldBe(0);
    }

    [SlurmFact]
    public async Task A_node_is_frozen_and_goes_on()
    {
        await Begin();

        await _node.FreezeEverythingAsync();
        (await _node.RunAsRootAsync("ps -C slurmd,slurmstepd -o stat= | cut -c1 | sort -u")).Lines().ShouldBe(["T"]);

        await _node.ThawEverythingAsync();
        await _cluster.RunAsync("touch go");
        await Holds("cat out", "ended");
    }

    [SlurmFact]
    public async Task A_node_is_drained_with_a_reason_and_resumed()
    {
        await _cluster.SetStateAsync(_node, "drain", "disk is noisy");
        (await _cluster.RunAsync("sinfo -h -p main -n n1 -o '%T %E'")).Lines().ShouldBe(["drained disk is noisy"]);

        await _cluster.SetStateAsync(_node, "resume");
        await Idle();
    }

    [SlurmFact]
    public async Task The_home_is_full()
    {
        await _cluster.Login.FillHomeAsync();
        (await _cluster.RunAsync("head -c 1 /dev/zero >file")).Output.ShouldContain("No space left");

        await _cluster.Login.EmptyHomeAsync();
        (await _cluster.RunAsync("head -c 1 /dev/zero >file")).ExitCode.ShouldBe(0);
    }

    [SlurmFact]
    public async Task Nobody_can_log_in_and_jobs_go_on()
    {
        await Begin();

        await _cluster.Login.StopServerAsync();
        (await _cluster.Hosts.SshAsync("login", "true")).Output.ShouldContain("refused");
        (await _node.ProcessesOfUserAsync()).ShouldNotBeEmpty();

        await _cluster.Login.StartServerAsync();
        (await _cluster.RunAsync("squeue -h -o %T")).Lines().ShouldBe(["RUNNING"]);
    }

    [SlurmFact]
    public async Task Slurmdbd_is_killed_and_goes_on()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Accounting = true });

        await cluster.KillDatabaseAsync();
        (await cluster.RunAsync("sacct")).Output.ShouldContain("Connection refused");
        await cluster.RunAsync("sbatch -W --wrap true");

        await cluster.StartDatabaseAsync();
        await Condition.HoldsAsync(async () => (await cluster.RunAsync("sacct -n -X -o State")).Output.Contains("COMPLETED", StringComparison.Ordinal), "it is told of what went by");
    }

    private async Task Begin()
    {
        await _cluster.RunAsync(Patient);
        await Holds("ls began", "began");
    }

    private Task Idle() => Holds("sinfo -h -p main -o '%T %N'", "idle n[1-2]");

    private Task Holds(string command, string line) =>
        Condition.HoldsAsync(async () => (await _cluster.RunAsync(command)).Lines().SequenceEqual([line]), $"'{command}' says '{line}'");
}
