using Clustrix.Conformance.Schedulers;

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

    protected override async Task<BatchFarm> StartAsync() => await SlurmFarm.StartAsync();
}
