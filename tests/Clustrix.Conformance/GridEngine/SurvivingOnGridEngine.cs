using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;

namespace Clustrix.Conformance.GridEngine;

/// <summary>What goes wrong while a run is on Grid Engine, and what becomes of it.</summary>
public sealed class SurvivingOnGridEngine
{
    // On its first attempt an item says where it is and stays until it is ended.
    private const string StaysAtFirst = "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { echo $JOB_ID $(uname -n) >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }";

    [GridEngineFact]
    public async Task The_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (_, node) = await FirstAttemptAsync(farm);
        await farm.GridEngine.Nodes.Single(n => n.Name == node).RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains($"on {node} is gone: it failed with exit code 137", StringComparison.Ordinal));
    }

    [GridEngineFact]
    public async Task A_worker_that_is_started_again_takes_up_what_it_had_in_hand()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.GridEngine.Login.RunAsRootAsync($"qmod -rj {job}");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id")).ShouldBe(job);
    }

    [GridEngineFact]
    public async Task The_item_of_a_node_that_is_rebooted_is_attempted_again()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (_, node) = await FirstAttemptAsync(farm);
        await farm.GridEngine.RebootAsync(farm.GridEngine.Nodes.Single(n => n.Name == node));

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
    }

    [GridEngineFact]
    public async Task Workers_whose_time_is_up_hand_back_and_are_replaced()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "gridengine", TimeLimit = TimeSpan.FromSeconds(16) });

        // The second is begun when a good part of the worker's time is over.
        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(BatchFarm.Item("first", "sleep 3"), BatchFarm.Item("second", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || exec sleep 300")),
            new RunOptions { Workers = 1 });

        run.Passed.ShouldBeTrue();
        items[1].Result.Attempts.ShouldBe(2);
    }

    [GridEngineFact]
    public async Task A_master_that_is_away_for_a_while_costs_nothing()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(
            cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 2).Select(number => BatchFarm.Item($"item {number}", "echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"))]));
        await FirstAttemptAsync(farm);
        await farm.GridEngine.KillMasterAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.SchedulerUnavailable), "the client has noticed");
        await farm.GridEngine.StartMasterAsync();
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("Grid Engine answers again", StringComparison.Ordinal)), "the client has noticed");
        await farm.AskAsync("touch go");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Attempts == 1, string.Join("\n", farm.Log.Warnings.Select(warning => warning.Message)));
    }

    [GridEngineFact]
    public async Task A_master_that_is_down_is_told_in_the_words_of_Grid_Engine()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        await farm.GridEngine.KillMasterAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldContain("unable to send message to qmaster");
    }

    [GridEngineFact]
    public async Task A_second_client_goes_on_where_the_first_was_lost_and_submits_nothing_twice()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => BatchFarm.Item($"item {number}", $"echo x >>/home/builder/begun{number}; echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"))]);
        var first = await farm.ConnectAsync();
        var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
        await FirstAttemptAsync(farm);
        await first.DisposeAsync();

        await using var second = await farm.ConnectAsync();
        var running = farm.RunAsync(second, workload);
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("Joining run", StringComparison.Ordinal)), "the second client has joined");
        await farm.AskAsync("touch go");

        var (run, _) = await running;
        run.Passed.ShouldBeTrue();
        run.Joined.ShouldBeTrue();
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id; cat begun* | wc -l")).ShouldBe("1\n4");
    }

    [GridEngineFact]
    public async Task Whoever_joins_a_run_is_refused_what_a_submission_would_be()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var first = await farm.ConnectAsync();
        var workload = await farm.WorkloadAsync(BatchFarm.Item("item", "echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"));
        var running = farm.RunAsync(first, workload);
        await FirstAttemptAsync(farm);

        await using var second = await farm.ConnectAsync(new BatchOptions { Scheduler = "gridengine", Qos = "urgent" });
        (await Should.ThrowAsync<ClustrixException>(() => farm.RunAsync(second, workload))).Message.ShouldBe(
            "CLX4003: Qos is set, which is Slurm's. Leave it out, and ask Grid Engine for what you need in SchedulerOptions, such as '-l gpu=1'.");
        await using var third = await farm.ConnectAsync(new BatchOptions { Scheduler = "gridengine", TimeLimit = TimeSpan.FromHours(1) });
        var joining = farm.RunAsync(third, workload);
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.EndsWith(" was started with TimeLimit not set: workers that it has keep that, and further ones are asked for as it is said now.", StringComparison.Ordinal)), "the change is told");
        await farm.AskAsync("touch go");

        (await running).Run.Passed.ShouldBeTrue();
        (await joining).Run.Passed.ShouldBeTrue();
    }

    [GridEngineFact]
    public async Task A_cancelled_run_leaves_nothing_in_the_queue_or_on_the_nodes()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        // More workers than the nodes have slots: some still wait.
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(farm.Token);
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 20).Select(number => BatchFarm.Item($"item {number}", "echo 1 1 >/home/builder/there; exec sleep 300"))]);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 20 }, null, interrupt.Token);
        await FirstAttemptAsync(farm);
        await interrupt.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await running);
        await Condition.HoldsAsync(async () => await farm.AskAsync("qstat -u '*' | wc -l") == "0", "no job is left");
        foreach (var node in farm.GridEngine.Nodes)
        {
            (await node.RunAsRootAsync("pgrep -c -x sleep || :")).Output.Trim().ShouldBe("0");
        }
    }

    [GridEngineFact]
    public async Task A_job_that_somebody_deletes_ends_the_run_with_his_deed_told()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.AskAsync($"qdel {job}");

        var failed = await Should.ThrowAsync<ClustrixException>(() => running);
        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain($"Grid Engine was told to cancel job {job} (ended");
    }

    private static async Task<(string Job, string Node)> FirstAttemptAsync(GridEngineFarm farm)
    {
        string[] words = [];
        await Condition.HoldsAsync(
            async () => (words = (await farm.AskAsync("cat there 2>/dev/null")).Split(' ')).Length == 2, "the first attempt has begun");
        return (words[0], words[1]);
    }
}
