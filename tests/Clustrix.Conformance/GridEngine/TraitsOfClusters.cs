using Clustrix.Testing.GridEngine;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.GridEngine;

public sealed class TraitsOfClusters
{
    [GridEngineFact]
    public async Task A_cluster_starts_with_all_nodes_taking_jobs()
    {
        await using var cluster = await GridEngineCluster.StartAsync();

        (await cluster.RunAsync("qhost | awk '$2 ~ /^lx-/ { print $1 }'; qconf -sql; qconf -spl; uname -n; pwd")).Lines()
            .ShouldBe(["n1", "n2", "broken.q", "main.q", "short.q", "smp", "login", SshNode.Home]);
    }

    [GridEngineFact]
    public async Task An_array_runs_on_several_nodes_and_is_accounted_for()
    {
        await using var cluster = await GridEngineCluster.StartAsync(new GridEngineOptions { Tuned = true, Slots = 1 });

        // Each task ends when it has seen the other's file, and so they run at once.
        await cluster.RunAsync("""
            echo 'touch here-$SGE_TASK_ID; until [ -e here-1 ] && [ -e here-2 ]; do sleep 0.05; done; uname -n; id -un; exit $SGE_TASK_ID' >job
            qsub -N array -sync y -cwd -j y -o 'out-$TASK_ID' -t 1-2 job
            """);

        (await cluster.RunAsync("sort out-1 out-2")).Lines().ShouldBe([SshNode.User, SshNode.User, "n1", "n2"]);
        await Condition.HoldsAsync(
            async () => (await cluster.RunAsync("qacct -j array | awk '$1 == \"exit_status\" { print $2 }' | sort")).Lines() is ["1", "2"], "both tasks are accounted for");
    }

    [GridEngineFact]
    public async Task A_job_and_a_queue_get_into_the_state_of_error()
    {
        await using var cluster = await GridEngineCluster.StartAsync(new GridEngineOptions { Nodes = 1, Tuned = true });

        await cluster.RunAsync("qsub -N strange -b y 'exit 100'; qsub -N unlucky -b y -l broken true");

        await Condition.HoldsAsync(async () => (await cluster.RunAsync("qstat | awk '$3 == \"strange\" { print $5 }'")).Lines() is ["Eqw"], "the job is in the state of error");
        await Condition.HoldsAsync(async () => (await cluster.RunAsync("qstat -f -q broken.q | awk '/^broken/ { print $6 }'")).Lines() is ["E"], "the queue is in the state of error");
        (await cluster.RunAsync("qstat | awk '$3 == \"unlucky\" { print $5 }'")).Lines().ShouldBe(["qw"]);
    }

    [GridEngineFact]
    public async Task Memory_is_given_out_once()
    {
        await using var cluster = await GridEngineCluster.StartAsync(new GridEngineOptions { Nodes = 1, Tuned = true, ConsumableMemory = true });

        var outcome = await cluster.RunAsync("""
            qsub -N half -b y -j y -o /dev/null -pe smp 2 -l h_vmem=1G sleep 1000
            qsub -N more -b y -j y -o /dev/null -l h_vmem=3G true
            qsub -N rest -sync y -b y -j y -o /dev/null -l h_vmem=2G,h_rt=60 true
            qstat | awk 'NR > 2 { print $3, $5 }'
            """);

        outcome.Lines().TakeLast(2).ShouldBe(["half r", "more qw"]);
    }

    [GridEngineFact]
    public async Task Homes_may_be_each_node_s_own()
    {
        await using var cluster = await GridEngineCluster.StartAsync(new GridEngineOptions { Nodes = 1, Tuned = true, OwnHomes = true });

        await cluster.RunAsync("qsub -N job -sync y -b y touch made");

        (await cluster.RunAsync("ls")).Lines().ShouldBeEmpty();
        (await cluster.Nodes[0].RunAsRootAsync($"ls {SshNode.Home}")).Lines().ShouldContain("made");
    }
}
