using Clustrix.Testing;
using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Slurm;

public sealed class TraitsOfClusters
{
    [SlurmFact]
    public async Task A_cluster_starts_with_all_nodes_idle()
    {
        await using var cluster = await SlurmCluster.StartAsync();

        (await cluster.RunAsync("sinfo -h -o '%P %t %N'; uname -n; pwd")).Lines()
            .ShouldBe(["main* idle n[1-2]", "short idle n[1-2]", "small idle n1", "login", SshNode.Home]);
    }

    [SlurmFact]
    public async Task An_array_runs_on_several_nodes_which_share_the_home_and_no_processes()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Cpus = 1 });

        // Each task ends when it has seen the other's file, and so they run at once.
        var outcome = await cluster.RunAsync("""
            sbatch -W -o out-%a -a 1-2 --wrap 'touch here-$SLURM_ARRAY_TASK_ID
              until [ -e here-1 ] && [ -e here-2 ]; do sleep 0.05; done
              uname -n; id -un; cat /proc/[0-9]*/comm | grep -c "^slurmd$"' >/dev/null
            sort out-1 out-2
            """);

        outcome.Lines().ShouldBe(["1", "1", SshNode.User, SshNode.User, "n1", "n2"]);
    }

    [SlurmFact]
    public async Task Homes_may_be_each_node_s_own()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, OwnHomes = true });

        (await cluster.RunAsync("sbatch -W --wrap 'touch made'; ls")).Lines().ShouldBe(["Submitted batch job 1"]);

        (await cluster.Nodes[0].RunAsRootAsync($"ls {SshNode.Home}")).Lines().ShouldBe(["made", "slurm-1.out"]);
    }

    [SlurmFact]
    public async Task A_program_of_this_machine_submits_without_logging_in()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true });
        await cluster.Login.RunAsRootAsync($"chmod 777 '{cluster.SharedDirectory}'");

        (await cluster.RunHereAsync("sbatch", "-W", "-o", "out", "--wrap", "uname -n; pwd; id -u")).Lines().ShouldBe(["Submitted batch job 1"]);

        (await File.ReadAllLinesAsync(Path.Combine(cluster.SharedDirectory, "out")))
            .ShouldBe(["n1", cluster.SharedDirectory, (await ChildProcess.RunAsync("id", ["-u"], "/", TimeSpan.FromSeconds(10))).Lines().Single()]);
    }

    [SlurmFact]
    public async Task Accounting_keeps_what_Slurm_forgets()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Accounting = true });

        (await cluster.RunAsync("sbatch -W --qos=urgent --wrap 'exit 3'")).ExitCode.ShouldBe(3);
        await Condition.HoldsAsync(
            async () => (await cluster.RunAsync("sacct -n -X -P -o JobID,State,ExitCode,Account,QOS")).Lines() is ["1|FAILED|3:0|research|urgent"], "the job is told of");
        (await cluster.RunAsync("sbatch -A unknown --wrap true")).Output.ShouldContain("Invalid account");
    }

    [SlurmFact]
    public async Task Without_accounting_there_is_no_sacct()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1 });

        (await cluster.RunAsync("sacct")).Output.ShouldContain("accounting storage is disabled");
    }

    [SlurmFact]
    public async Task A_job_that_takes_too_much_memory_is_ended()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Memory = SlurmMemory.Watched });

        await cluster.RunAsync("""sbatch -W --mem=20 -o out --wrap 'taken=$(head -c 100M /dev/zero | tr "\0" x); sleep 1000'""");

        await EndedAsync(cluster);
        (await cluster.RunAsync("scontrol show job 1; cat out")).Output.ShouldSatisfyAllConditions(
            output => output.ShouldContain("JobState=FAILED"),
            output => output.ShouldContain("exceeded memory limit"));
    }

    [SlurmGroupsFact]
    public async Task A_job_that_takes_too_much_memory_is_ended_by_the_kernel()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Memory = SlurmMemory.ControlGroup });

        await cluster.RunAsync("""sbatch -W --mem=20 --wrap 'taken=$(head -c 100M /dev/zero | tr "\0" x); sleep 1000'""");

        await EndedAsync(cluster);
        (await cluster.RunAsync("squeue -h -t all -o '%T'")).Lines().ShouldBe(["OUT_OF_MEMORY"]);
    }

    [SlurmFact]
    public async Task A_node_s_clock_may_be_wrong()
    {
        await using var cluster = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Differences = [("n1", SshTrait.Clock(TimeSpan.FromHours(1)))] });

        var clocks = (await cluster.RunAsync("sbatch -W -o out --wrap 'date +%s' >/dev/null; cat out; date +%s")).Lines().Select(long.Parse).ToArray();

        (clocks[0] - clocks[1]).ShouldBeInRange(3000, 3600);
    }

    [SlurmFact]
    public async Task Lines_of_slurm_conf_are_the_caller_s()
    {
        await using var cluster = await SlurmCluster.StartAsync(
            new SlurmOptions { Nodes = 1, MinJobAge = TimeSpan.FromSeconds(10), Lines = ["MaxArraySize=10", "PartitionName=closed Nodes=ALL State=DOWN"] });

        (await cluster.RunAsync("scontrol show config | grep -E '^(MinJobAge|MaxArraySize)'; sinfo -h -p closed -o %a; sbatch -a 1-10 --wrap true")).Lines()
            .ShouldBe(["MaxArraySize            = 10", "MinJobAge               = 10 sec", "down", "sbatch: error: Batch job submission failed: Invalid job array specification"]);
    }

    [SlurmFact]
    public async Task A_trait_that_nobody_knows_is_told()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => SlurmCluster.StartAsync(new SlurmOptions { Lines = ["unknown"] }));

        failure.Message.ShouldContain("'unknown' is no trait of a cluster");
    }

    // sbatch -W comes back while the job is still completing.
    private static Task EndedAsync(SlurmCluster cluster) => Condition.HoldsAsync(async () => (await cluster.RunAsync("squeue -h -o %i")).Output.Trim().Length == 0, "the job has ended");
}
