using Clustrix.Conformance.Schedulers;

namespace Clustrix.Conformance.GridEngine;

public sealed class SurvivingOnGridEngine : SurvivingRuns
{
    protected override string ReasonOfDrained => "qw, queue instance \"main.q@n1\" dropped because it is disabled";

    [GridEngineFact]
    public async Task A_worker_that_is_started_again_takes_up_what_it_had_in_hand()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await BegunAsync(farm);
        var job = await farm.JobsAsync();
        await farm.GridEngine.Login.RunAsRootAsync($"qmod -rj {job}");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        (await farm.JobsAsync()).ShouldBe(job);
    }

    protected override async Task<BatchFarm> StartAsync() => await GridEngineFarm.StartAsync();
}
