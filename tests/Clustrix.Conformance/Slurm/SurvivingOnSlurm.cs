using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Slurm;

/// <summary>What goes wrong while a run is on Slurm, and what becomes of it.</summary>
public sealed class SurvivingOnSlurm
{
    // On its first attempt an item says where it is and stays until it is ended.
    private const string StaysAtFirst = "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { echo $SLURM_ARRAY_JOB_ID $(cat /proc/sys/kernel/hostname) >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }";

    [SlurmFact]
    public async Task The_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", StaysAtFirst)));
        var (_, node) = await FirstAttemptAsync(farm);
        await farm.Slurm.Nodes.Single(n => n.Name == node).RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains($"on {node}", StringComparison.Ordinal));
    }

    [SlurmFact]
    public async Task The_item_of_a_node_that_fails_is_attempted_on_another()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", StaysAtFirst)));
        var (_, node) = await FirstAttemptAsync(farm);
        await farm.Slurm.SetStateAsync(farm.Slurm.Nodes.Single(n => n.Name == node), "down", "broken");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Record!.HostName.ShouldNotBe(node);
    }

    [SlurmFact]
    public async Task The_item_of_a_node_that_is_rebooted_is_attempted_again_and_the_loss_is_told_with_its_times()
    {
        // A clock of its own: times are those of the node where the attempt was made.
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Nodes = 1, Tuned = true, Differences = [("n1", SshTrait.Clock(TimeSpan.FromMinutes(10)))] });
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { echo 1 $(date +%s) >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }")));
        var (_, began) = await FirstAttemptAsync(farm);
        await Condition.HoldsAsync(async () => await farm.AskAsync("now=$(cat .cache/clustrix/run/*/beat.*); [ -e beat ] || echo $now >beat; [ $((now - $(cat beat))) -lt 4 ] || echo late") == "late", "its worker has been seen for four seconds since it had begun, or a little less");
        await farm.Slurm.RebootAsync(farm.Slurm.Nodes[0]);
        // Slurm would let it wait for two minutes.
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the worker is put back");
        await farm.AskAsync("scontrol update jobid=1 starttime=now");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost, string.Join('\n', farm.Log.Warnings));
        var lost = items[0].Result.OtherAttempts.ShouldHaveSingleItem().Record!;
        lost.Outcome.ShouldBe(Outcome.Lost);
        lost.HostName.ShouldBe("n1");
        (lost.Started - DateTimeOffset.FromUnixTimeSeconds(long.Parse(began, System.Globalization.CultureInfo.InvariantCulture))).ShouldBe(TimeSpan.Zero, TimeSpan.FromSeconds(2));
        lost.Duration.ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1));
    }

    [SlurmFact]
    public async Task A_controller_that_restarts_in_the_middle_costs_nothing()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(
            cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 2).Select(number => SlurmFarm.Item($"item {number}", "echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"))]));
        await FirstAttemptAsync(farm);

        await farm.Slurm.WrittenDownAsync();
        await farm.Slurm.KillControllerAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.SchedulerUnavailable), "the client has noticed");
        await farm.Slurm.StartControllerAsync();
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("Slurm answers again", StringComparison.Ordinal)), "the client has noticed");
        await farm.AskAsync("touch go");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Attempts == 1, string.Join("\n", farm.Log.Warnings.Select(warning => warning.Message)));
    }

    [SlurmFact]
    public async Task A_second_client_goes_on_where_the_first_was_lost_and_submits_nothing_twice()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => SlurmFarm.Item($"item {number}", $"echo x >>/home/builder/begun{number}; echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"))]);
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
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u | wc -l; cat begun* | wc -l")).ShouldBe("1\n4");
    }

    [SlurmFact]
    public async Task Clients_that_cancel_and_join_at_once_leave_one_end_and_nothing_behind()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "[ -e /home/builder/go ] || { echo 1 1 >/home/builder/there; exec sleep 300; }"));
        await using var first = await farm.ConnectAsync();
        var running = farm.RunAsync(first, workload);
        await FirstAttemptAsync(farm);
        await using var second = await farm.ConnectAsync();
        var id = (await second.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
        await using var third = await farm.ConnectAsync();
        await using var fourth = await farm.ConnectAsync();
        await farm.AskAsync("touch go");

        var joining = farm.RunAsync(fourth, workload);
        await Task.WhenAll(second.CancelAsync(id, farm.Token), third.CancelAsync(id, farm.Token));

        (await running).Run.Results[0].Outcome.ShouldBe(Outcome.Cancelled);
        // Whoever joins the run sees it cancelled; whoever comes a moment later runs the workload anew.
        var (joined, _) = await joining;
        (joined.Run == id ? Outcome.Cancelled : Outcome.Passed).ShouldBe(joined.Results[0].Outcome);
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -t PD,R,CG | wc -l") == "0", "nothing is left in the queue");
    }

    [SlurmFact]
    public async Task A_cancelled_run_leaves_nothing_in_the_queue_or_on_the_nodes()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        // More workers than the nodes have room for: some still wait.
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(farm.Token);
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 20).Select(number => SlurmFarm.Item($"item {number}", "echo 1 1 >/home/builder/there; exec sleep 300"))]);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 20 }, null, interrupt.Token);
        await FirstAttemptAsync(farm);
        await interrupt.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await running);
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h | wc -l") == "0", "no job is left");
        foreach (var node in farm.Slurm.Nodes)
        {
            await Condition.HoldsAsync(async () => (await node.RunAsRootAsync("pgrep -c -f '^sleep 300' || :")).Output.Trim() == "0", $"nothing runs on {node.Name}");
        }
    }

    [SlurmFact]
    public async Task Workers_whose_time_is_up_hand_back_and_are_replaced()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", TimeLimit = TimeSpan.FromSeconds(16) });

        // The second is begun when a good part of the worker's time is over.
        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(SlurmFarm.Item("first", "sleep 3"), SlurmFarm.Item("second", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || exec sleep 300")),
            new RunOptions { Workers = 1 });

        run.Passed.ShouldBeTrue();
        items[1].Result.Attempts.ShouldBe(2);
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u | wc -l")).ShouldBe("2");
    }

    [SlurmFact]
    public async Task An_item_that_needs_more_than_a_workers_time_has_timed_out()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", TimeLimit = TimeSpan.FromSeconds(12) });

        var (_, items) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "sleep 300")));

        items[0].Result.Outcome.ShouldBe(Outcome.TimedOut);
        farm.Log.Warnings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            warning => warning.Code.ShouldBe(ErrorCode.TimeLimitTooShort),
            warning => warning.Message.ShouldStartWith("TimeLimit is 12s, and 1 item may take longer: 'item' has a Timeout of 2m."));
        ItemFailure.ToProblem(items[0]).Message.ShouldStartWith("Item 'item' needs more than all of a worker's time (TimeLimit) on ");
    }

    [SlurmFact]
    public async Task A_job_that_somebody_cancels_in_Slurm_ends_the_run_with_his_deed_told()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.AskAsync($"scancel {job}");

        var failed = await Should.ThrowAsync<ClustrixException>(() => running);
        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain($"Slurm was told to cancel job {job} (CANCELLED");
    }

    [SlurmFact]
    public async Task A_run_that_waits_too_long_in_the_queue_is_given_up_with_the_reason()
    {
        await using var farm = await SlurmFarm.StartAsync();
        foreach (var node in farm.Slurm.Nodes)
        {
            await farm.Slurm.SetStateAsync(node, "drain", "repair");
        }

        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", QueueTimeout = TimeSpan.FromSeconds(5) });
        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.QueueTimeout);
        failed.Message.ShouldContain("hasn't started any worker");
        failed.Message.ShouldContain("PENDING, Nodes required for job are DOWN, DRAINED");
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    private static async Task<(string Job, string Node)> FirstAttemptAsync(SlurmFarm farm)
    {
        string[] words = [];
        await Condition.HoldsAsync(
            async () => (words = (await farm.AskAsync("cat there 2>/dev/null")).Split(' ')).Length == 2, "the first attempt has begun");
        return (words[0], words[1]);
    }
}
