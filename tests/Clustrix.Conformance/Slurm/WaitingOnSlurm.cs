using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Slurm;

/// <summary>A run whose workers wait in Slurm's queue, and how that is told.</summary>
public sealed class WaitingOnSlurm
{
    [SlurmFact]
    public async Task A_run_in_the_queue_waits_and_its_items_are_unfinished()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await DrainAsync(farm, "drain");
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await QueuedAsync(farm);

        await using (var other = await farm.ConnectAsync())
        {
            var status = (await other.StatusAsync(farm.Token)).ShouldHaveSingleItem();
            status.State.ShouldBe(RunState.Waiting);
            var run = await other.FindRunAsync(status.Run, farm.Token);
            (await other.LookIntoQueueAsync(run, farm.Token)).State.ShouldBe(RunState.Waiting);
            (await other.ResultsAsync(run, farm.Token)).Results.ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Unfinished);
        }

        await DrainAsync(farm, "resume");
        (await running).Run.Passed.ShouldBeTrue();
        (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State.ShouldBe(RunState.Ended);
    }

    [SlurmFact]
    public async Task A_run_that_nobody_works_on_and_Slurm_knows_nothing_of_is_stopped()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "true"));
        await DrainAsync(farm, "drain");
        await using (var first = await farm.ConnectAsync())
        {
            _ = RunAsync(farm, first, workload);
            await QueuedAsync(farm);
        }

        await farm.AskAsync("scancel 1");
        await using var cluster = await farm.ConnectAsync();
        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State == RunState.Stopped, "the run is stopped");

        // Who can't know says so.
        await farm.Slurm.KillSchedulerAsync();
        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State == RunState.Unknown, "Slurm is missed");
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.SchedulerUnavailable && warning.Message.EndsWith("Whether workers of a run are in its queue isn't known.", StringComparison.Ordinal));
        (await cluster.ResultsAsync(await cluster.FindRunAsync((await cluster.StatusAsync(farm.Token)).Single().Run, farm.Token), farm.Token)).Results.ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Unfinished);
    }

    [SlurmFact]
    public async Task Workers_that_are_held_are_told_with_the_reason_and_go_on_when_they_are_released()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await DrainAsync(farm, "drain");
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await QueuedAsync(farm);

        await farm.AskAsync("scontrol hold 1");
        await HeldAsync(farm, "PENDING, JobHeldUser");
        await DrainAsync(farm, "resume");
        await farm.AskAsync("scontrol release 1");

        (await running).Run.Passed.ShouldBeTrue();
    }

    [SlurmFact]
    public async Task A_worker_that_is_put_back_and_held_is_told_and_its_item_is_attempted_again()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { touch /home/builder/begun; exec sleep 300; }")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("ls begun 2>/dev/null") == "begun", "the item has begun");

        await farm.AskAsync("scontrol requeuehold 1_1");
        await HeldAsync(farm, "PENDING, job requeued in held state");
        await farm.AskAsync("scontrol release 1_1");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
    }

    [SlurmFact]
    public async Task The_reason_that_is_told_when_the_time_is_up_is_the_one_that_holds_then()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await DrainAsync(farm, "drain");
        var clock = new LeapingClock();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", QueueTimeout = TimeSpan.FromHours(1) }, time: clock);
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => SlurmFarm.Item($"item {number}", "true"))]));
        await QueuedAsync(farm);
        await farm.AskAsync("scontrol hold 1_2; scontrol hold 1_3; scontrol hold 1_4");
        clock.Leap(TimeSpan.FromHours(2));

        (await Should.ThrowAsync<ClustrixException>(() => running)).Message.ShouldContain("for 1h: PENDING, JobHeldUser.");
    }

    [SlurmFact]
    public async Task Whoever_attaches_asks_Slurm_as_the_run_was_started()
    {
        await using var farm = await SlurmFarm.StartAsync(new() { Tuned = true, Accounting = true });
        await DrainAsync(farm, "drain");
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "true"));
        await using (var first = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", Partition = "short", Account = "teaching", Qos = "urgent", Options = ["--comment=kept"] }))
        {
            _ = RunAsync(farm, first, workload);
            await QueuedAsync(farm);
        }

        await farm.AskAsync("scancel 1");
        await DrainAsync(farm, "resume");

        // Whoever only says where the store is, and not what gives workers there, attaches to a run on Slurm all the same.
        await using var second = await Cluster.ConnectAsync([farm.Login()], new ClusterOptions(), farm.Log, TimeProvider.System, farm.Token);
        var run = (await second.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
        (await second.AttachAsync(await second.FindRunAsync(run, farm.Token), null, farm.Token)).Passed.ShouldBeTrue();

        await Condition.HoldsAsync(async () => (await farm.AskAsync("squeue -h -o %i")).Length == 0, "the worker has ended");
        (await farm.AskAsync("squeue -h -t completed -O 'Partition:.10,Account:.10,QOS:.10,Comment:.10'")).Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["short", "teaching", "urgent", "kept"]);
    }

    private static async Task RunAsync(SlurmFarm farm, Cluster cluster, Workload workload)
    {
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        await cluster.RunAsync(workload, push, new RunOptions(), null, farm.Token);
    }

    private static Task QueuedAsync(SlurmFarm farm) =>
        Condition.HoldsAsync(async () => await farm.AskAsync("cat ~/.cache/clustrix/run/*/jobs/*.id 2>/dev/null; squeue -h -o %T | sort -u") == "1\nPENDING", "the run waits in the queue");

    private static Task HeldAsync(SlurmFarm farm, string reason) => Condition.HoldsAsync(
        () => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.WorkersHeld && warning.Message.Contains(reason, StringComparison.Ordinal) && warning.Message.Contains("job 1 starts when somebody releases it", StringComparison.Ordinal)),
        "it is told that the worker is held");

    private static async Task DrainAsync(SlurmFarm farm, string state)
    {
        foreach (var node in farm.Slurm.Nodes)
        {
            await farm.Slurm.SetStateAsync(node, state, "repair");
        }
    }
}
