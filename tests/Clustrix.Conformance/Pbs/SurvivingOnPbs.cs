using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>What goes wrong while a run is on a stand-in for PBS, and what becomes of it.</summary>
public sealed class SurvivingOnPbs
{
    // On its first attempt an item says where it is and stays until it is ended.
    private const string StaysAtFirst = "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { echo $PBS_JOBID $(uname -n) >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }";
    private const string StaysUntilTold = "echo x >>/home/builder/begun; echo 1 1 >/home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done";

    [PbsFact]
    public async Task The_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, node) = await FirstAttemptAsync(farm);
        await KillWorkerAsync(farm, node);

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains($"worker {job} on {node} is gone: it failed with exit code 137 (F, Exit_status 265", StringComparison.Ordinal));
    }

    [PbsFact]
    public async Task Without_a_history_the_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await PbsFarm.StartAsync(new PbsOptions { Tuned = true, History = false });
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst), BatchFarm.Item("other", "true")));
        var (_, node) = await FirstAttemptAsync(farm);
        await KillWorkerAsync(farm, node);

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
    }

    [PbsFact]
    public async Task Without_a_history_a_job_that_somebody_deletes_while_it_runs_is_replaced()
    {
        await using var farm = await PbsFarm.StartAsync(new PbsOptions { Tuned = true, History = false });
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.AskAsync($"qdel {job}");

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
    }

    [PbsFact]
    public async Task A_worker_that_is_started_again_takes_up_what_it_had_in_hand()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.Pbs.RerunAsync(job.Split('.')[0]);

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id; qstat -x -f 1.login | grep run_count")).ShouldBe($"{job}\n    run_count = 2");
    }

    [PbsFact]
    public async Task Workers_whose_time_is_up_hand_back_and_are_replaced()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "pbs", TimeLimit = TimeSpan.FromSeconds(16) });

        // The second is begun when a good part of the worker's time is over.
        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(BatchFarm.Item("first", "sleep 3"), BatchFarm.Item("second", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || exec sleep 300")),
            new RunOptions { Workers = 1 });

        (run.Passed, items[1].Result.Attempts).ShouldBe((true, 2));
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id")).ShouldBe("1.login\n2.login");
    }

    [PbsFact]
    public async Task A_server_that_is_down_is_told_in_the_words_of_PBS()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        await farm.Pbs.KillServerAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldContain("login: PBS can't be asked (Connection refused qstat: cannot connect to server login (errno=15010))");
    }

    [PbsFact]
    public async Task A_second_client_goes_on_where_the_first_was_lost_and_submits_nothing_twice()
    {
        await using var farm = await PbsFarm.StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => BatchFarm.Item($"item {number}", StaysUntilTold))]);
        await BeginAndLeaveAsync(farm, workload);

        await using var second = await farm.ConnectAsync();
        var (run, _) = await JoinAsync(farm, second, workload);

        (run.Passed, run.Joined).ShouldBe((true, true));
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id; wc -l <begun; squeue -h -t all -o %F | sort -u")).ShouldBe("1[].login\n4\n1");
    }

    // The client was killed when PBS had the array and nobody had noted its id.
    [PbsFact]
    public async Task An_array_that_was_submitted_and_not_noted_is_found_by_its_name()
    {
        await using var farm = await PbsFarm.StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => BatchFarm.Item($"item {number}", StaysUntilTold))]);
        await BeginAndLeaveAsync(farm, workload);
        await farm.AskAsync("rm .cache/clustrix/run/*/jobs/*.id .cache/clustrix/run/*/jobs/*.submitter");

        await using var second = await farm.ConnectAsync();
        var (run, _) = await JoinAsync(farm, second, workload);

        run.Passed.ShouldBeTrue();
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id; wc -l <begun; squeue -h -t all -o %F | sort -u")).ShouldBe("1[].login\n4\n1");
    }

    [PbsFact]
    public async Task A_cancelled_run_leaves_nothing_in_the_queue_or_on_the_nodes()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        // More workers than the nodes have room for: some still wait.
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(farm.Token);
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 20).Select(number => BatchFarm.Item($"item {number}", "echo 1 1 >/home/builder/there; exec sleep 300"))]);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 20 }, null, interrupt.Token);
        await FirstAttemptAsync(farm);
        await interrupt.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await running);
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h | wc -l") == "0", "no job is left");
        foreach (var node in farm.Pbs.Nodes)
        {
            await Condition.HoldsAsync(async () => (await node.RunAsRootAsync("pgrep -c -f '^sleep 300' || :")).Output.Trim() == "0", $"nothing runs on {node.Name}");
        }
    }

    [PbsFact]
    public async Task A_job_that_somebody_deletes_ends_the_run_with_his_deed_told()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        var (job, _) = await FirstAttemptAsync(farm);
        await farm.AskAsync($"qdel {job}");

        var failed = await Should.ThrowAsync<ClustrixException>(() => running);
        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain($"PBS was told to cancel job {job} (F, Exit_status ");
    }

    [PbsFact]
    public async Task Workers_that_are_held_are_told_with_the_reason_and_go_on_when_they_are_released()
    {
        await using var farm = await PbsFarm.StartAsync();
        await OfflineAsync(farm, true);
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id 2>/dev/null") == "1.login", "the run waits in the queue");

        await farm.AskAsync("scontrol hold 1");
        await Condition.HoldsAsync(
            () => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.WorkersHeld && warning.Message.Contains("H, Hold_Types u, Job held by builder@login", StringComparison.Ordinal)), "it is told that the worker is held");
        await OfflineAsync(farm, false);
        await farm.AskAsync("scontrol release 1");

        (await running).Run.Passed.ShouldBeTrue();
    }

    [PbsFact]
    public async Task A_run_that_waits_too_long_in_the_queue_is_given_up_with_the_reason()
    {
        await using var farm = await PbsFarm.StartAsync();
        await OfflineAsync(farm, true);
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "pbs", QueueTimeout = TimeSpan.FromSeconds(5) });

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.QueueTimeout);
        failed.Message.ShouldContain("Q, Not Running: ");
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    private static async Task BeginAndLeaveAsync(PbsFarm farm, Workloads.Workload workload)
    {
        await using var first = await farm.ConnectAsync();
        var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
        await Condition.HoldsAsync(async () => await farm.AskAsync("cat begun 2>/dev/null | wc -l; ls .cache/clustrix/run/*/jobs/*.id | wc -l") == "4\n1", "all items have begun");
    }

    private static async Task<(RunResult Run, IReadOnlyList<CollectedItem> Items)> JoinAsync(PbsFarm farm, Cluster second, Workloads.Workload workload)
    {
        var running = farm.RunAsync(second, workload);
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("Joining run", StringComparison.Ordinal)), "the second client has joined");
        await Condition.HoldsAsync(async () => await farm.AskAsync("ls .cache/clustrix/run/*/jobs/*.id | wc -l") == "1", "the array is noted");
        await farm.AskAsync("touch go");
        return await running;
    }

    private static async Task KillWorkerAsync(PbsFarm farm, string node) =>
        await farm.Pbs.Nodes.Single(n => n.Name == node).RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

    private static async Task OfflineAsync(PbsFarm farm, bool isOffline)
    {
        foreach (var node in farm.Pbs.Nodes)
        {
            await farm.Pbs.SetOfflineAsync(node, isOffline);
        }
    }

    private static async Task<(string Job, string Node)> FirstAttemptAsync(PbsFarm farm)
    {
        string[] words = [];
        await Condition.HoldsAsync(
            async () => (words = (await farm.AskAsync("cat there 2>/dev/null")).Split(' ')).Length == 2, "the first attempt has begun");
        return (words[0], words[1]);
    }
}
