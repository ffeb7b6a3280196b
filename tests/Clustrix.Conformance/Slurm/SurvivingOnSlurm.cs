using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

public sealed class SurvivingOnSlurm : SurvivingRuns
{
    protected override string ReasonOfDrained => "PENDING, Nodes required for job are DOWN, DRAINED";

    protected override string OneNode => "small";

    [SlurmFact]
    public async Task The_item_of_a_node_that_fails_is_attempted_on_another()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var node = await FirstNodeAsync(farm);
        await farm.Slurm.SetStateAsync(node, "down", "broken");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Record!.HostName.ShouldNotBe(node.Name);
    }

    [SlurmTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_worker_that_Slurm_ends_for_its_memory_is_told_as_that(bool accounting)
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Memory = SlurmMemory.Watched, Accounting = accounting });
        await using var cluster = await farm.ConnectAsync();
        const string Greedy = "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { head -c 300000000 /dev/zero | tail -c 300000000 | { sleep 300; cat; }; }";

        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", Greedy) with { Memory = 50 << 20 }));

        run.Passed.ShouldBeTrue();
        farm.Log.Warnings.ShouldContain(
            warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains("is gone: it used more memory than it had asked for; raise the items' Memory (", StringComparison.Ordinal), Told(farm));
    }

    [SlurmFact]
    public async Task A_worker_that_somebody_kills_is_told_with_the_signal()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var node = await FirstNodeAsync(farm);
        await node.RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

        (await running).Run.Passed.ShouldBeTrue();
        farm.Log.Warnings.ShouldContain(warning => warning.Message.Contains($" on {node.Name} is gone: it was ended by signal 9 (SIGKILL) (", StringComparison.Ordinal), Told(farm));
    }

    protected override async Task<BatchFarm> StartAsync() => await SlurmFarm.StartAsync();
}
