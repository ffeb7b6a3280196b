using Clustrix.Testing.GridEngine;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.GridEngine;

public sealed class FaultsOfClusters : IAsyncLifetime
{
    private GridEngineCluster _cluster = null!;
    private SshNode _node = null!;

    public async Task InitializeAsync()
    {
        if (GridEngineCluster.Missing is null)
        {
            _cluster = await GridEngineCluster.StartAsync(new GridEngineOptions { Nodes = 1, Tuned = true });
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

    [GridEngineFact]
    public async Task The_master_is_killed_and_its_jobs_go_on()
    {
        await Begin();

        await _cluster.KillSchedulerAsync();
        (await _cluster.RunAsync("qstat")).Output.ShouldContain("unable to send message to qmaster");

        await _cluster.StartSchedulerAsync();
        await Ends();
    }

    [GridEngineFact]
    public async Task Execd_is_killed_and_its_jobs_go_on()
    {
        await Begin();

        await _cluster.KillDaemonAsync(_node);
        (await _node.ProcessesOfUserAsync()).ShouldNotBeEmpty();

        await _cluster.StartDaemonAsync(_node);
        await Ends();
    }

    [GridEngineFact]
    public async Task A_reboot_ends_what_runs_and_the_node_comes_back()
    {
        await Begin();

        await _cluster.RebootAsync(_node);
        await _cluster.RunAsync("touch go");

        (await _cluster.RunAsync("qsub -N next -sync y -b y -j y -o /dev/null true")).Output.ShouldContain("exited with exit code 0");
    }

    [GridEngineFact]
    public async Task Queues_are_disabled_and_enabled()
    {
        await _cluster.DrainAsync(_node);
        (await States()).ShouldBe(["d"]);

        await _cluster.ResumeAsync(_node);
        (await States()).ShouldBe([""]);
    }

    private async Task Begin()
    {
        await _cluster.RunAsync("echo 'touch began; until [ -e go ]; do sleep 0.05; done; echo ended' >job; qsub -N job -cwd -j y -o out job");
        await Runs();
    }

    private Task Runs() => Condition.HoldsAsync(async () => (await _cluster.RunAsync("ls began; qstat | awk 'NR > 2 { print $3, $5 }'")).Lines() is ["began", "job r"], "the job runs");

    private async Task Ends()
    {
        await Runs();
        await _cluster.RunAsync("touch go");
        await Condition.HoldsAsync(async () => (await _cluster.RunAsync("cat out")).Lines() is ["ended"], "the job has come to its end");
    }

    private async Task<string[]> States() =>
        [.. (await _cluster.RunAsync("qstat -f -q main.q | awk '/^main/ { print \"is \" $6 }'")).Lines().Select(line => line["is".Length..].Trim())];
}
