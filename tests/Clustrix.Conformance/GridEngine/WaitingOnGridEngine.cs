using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;
using Clustrix.Runs;

namespace Clustrix.Conformance.GridEngine;

/// <summary>A run whose workers wait in Grid Engine's queue, and how that is told.</summary>
public sealed class WaitingOnGridEngine
{
    [GridEngineFact]
    public async Task It_is_told_what_workers_wait_for_and_once_that_they_are_held()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await farm.Machines.DrainAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));

        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("(qw, queue instance \"main.q@n", StringComparison.Ordinal)), "it is told what it waits for");
        farm.Log.Said.ShouldNotContain(line => line.Contains("short.q", StringComparison.Ordinal) || line.Contains("broken.q", StringComparison.Ordinal));

        await farm.AskAsync("qhold 1");
        await Condition.HoldsAsync(() => farm.Log.Warnings.Count > 0, "the hold is told");
        await farm.AskAsync("qrls 1");
        foreach (var node in farm.Machines.Nodes)
        {
            await farm.Machines.ResumeAsync(node);
        }

        (await running).Run.Passed.ShouldBeTrue();
        var warning = farm.Log.Warnings.ShouldHaveSingleItem();
        warning.Code.ShouldBe(ErrorCode.WorkersHeld);
        warning.Message.ShouldContain(" back (hqw): job 1 starts when somebody releases it.");
    }

    [GridEngineFact]
    public async Task A_run_in_the_queue_of_a_master_that_is_down_is_one_of_which_nothing_is_known()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await farm.Machines.DrainAsync();
        await using var first = await farm.ConnectAsync();
        _ = farm.RunAsync(first, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id 2>/dev/null") == "1", "the job is in the queue");
        await using var cluster = await farm.ConnectAsync();
        (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State.ShouldBe(RunState.Waiting);

        await farm.GridEngine.KillSchedulerAsync();

        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State == RunState.Unknown, "the master is missed");
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.SchedulerUnavailable && warning.Message.EndsWith("Whether workers of a run are in its queue isn't known.", StringComparison.Ordinal));
    }
}
