using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing.Slurm;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Slurm;

public sealed class RunningOnSlurm
{
    [SlurmFact]
    public async Task One_array_of_workers_runs_all_items_on_several_nodes()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync([.. Enumerable.Range(0, 40).Select(number => SlurmFarm.Item($"item {number}", "cat a; sleep 0.2; cat /proc/sys/kernel/hostname >out") with { Outputs = ["out"] })]),
            new RunOptions { Workers = 6 });

        run.Passed.ShouldBeTrue();
        items.Select(item => File.ReadAllText(item.Outputs.ShouldHaveSingleItem().Path)).Distinct().ShouldBe(["n1\n", "n2\n"], ignoreOrder: true);
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u | wc -l")).ShouldBe("1");
        run.SchedulerCalls.ShouldBeLessThan(10);
    }

    [SlurmFact]
    public async Task What_workers_do_is_told_while_they_do_it()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true });
        await using var cluster = await farm.ConnectAsync();
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("quick", ":"), SlurmFarm.Item("waiting", "until [ -e ~/go ]; do sleep 0.1; done"));
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        RunProgress? heard = null;

        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 1 }, new Heard(progress => heard = progress), farm.Token);
        await Condition.HoldsAsync(() => heard is { Done: 1, Running: 1 }, "one item is told as done and the other as running");
        await farm.AskAsync("touch ~/go");

        (await running).Passed.ShouldBeTrue();
    }

    [SlurmFact]
    public async Task Items_that_ask_for_different_things_get_arrays_of_their_own()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var (run, _) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(
                SlurmFarm.Item("wide", "test $SLURM_CPUS_PER_TASK = 3") with { Cpus = 3 },
                SlurmFarm.Item("large", "test $SLURM_MEM_PER_NODE = 1908") with { Memory = 2_000_000_000 },
                SlurmFarm.Item("small", "test $SLURM_CPUS_PER_TASK = 1")));

        run.Passed.ShouldBeTrue();
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u | wc -l")).ShouldBe("3");
    }

    [SlurmFact]
    public async Task An_item_gets_several_nodes_at_once_and_each_knows_which_one_it_is()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Nodes = 3 });
        await using var cluster = await farm.ConnectAsync();

        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(
                SlurmFarm.Item("three", "echo $CLUSTRIX_NODE_RANK of $CLUSTRIX_NODE_COUNT on $(cat /proc/sys/kernel/hostname) of $CLUSTRIX_NODE_LIST with $(cat a) $MORE") with
                {
                    Nodes = 3,
                    Environment = new Dictionary<string, string> { ["MORE"] = "more" },
                },
                SlurmFarm.Item("failing", "test $CLUSTRIX_NODE_RANK = 0") with { Nodes = 2 }));

        File.ReadAllLines(items[0].Stdout!).Order().ShouldBe([.. Enumerable.Range(0, 3).Select(rank => $"{rank} of 3 on n{rank + 1} of n1 n2 n3 with a more")]);
        run.Results.Select(result => result.Outcome).ShouldBe([Outcome.Passed, Outcome.Failed]);
    }

    [SlurmFact]
    public async Task An_item_on_several_nodes_fails_as_the_first_of_them_did()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var (run, _) = await farm.RunAsync(
            cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "test $CLUSTRIX_NODE_RANK = 0 || exit 7; exec sleep 300") with { Nodes = 2, Retries = 1, RetryOn = RetryCauses.Failed }));

        (run.Results[0].Outcome, run.Results[0].Record!.ExitCode, run.Results[0].Attempts).ShouldBe((Outcome.Failed, 7, 2));
    }

    [SlurmFact]
    public async Task A_worker_that_has_nothing_else_to_do_attempts_a_straggler_too()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var options = new RunOptions { Workers = 2, ReuseResults = false, HistoryFile = farm.Directory["durations"] };
        var slow = await farm.AskAsync("echo $HOME/slow");
        var workload = await farm.WorkloadAsync(
            SlurmFarm.Item("straggler", $"[ ! -e '{slow}' ] || [ $CLUSTRIX_ATTEMPT -gt 1 ] || exec sleep 1000"), SlurmFarm.Item("other", "until [ -e ../../0.1/stdout ]; do sleep 0.1; done"));
        await farm.RunAsync(cluster, workload, options);
        await farm.AskAsync($"touch '{slow}'");

        var (run, _) = await farm.RunAsync(cluster, workload, options);

        run.Results.Select(result => (result.Outcome, result.Record!.Attempt)).ShouldBe([(Outcome.Passed, 2), (Outcome.Passed, 1)]);
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -t R,PD,CG | wc -l") == "0", "no worker is left");
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u | wc -l")).ShouldBe("2", "an array for each of the two runs");
    }

    [SlurmFact]
    public async Task An_unknown_partition_is_told_with_the_known_ones()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", Partition = "gpu" });

        var refused = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        refused.Code.ShouldBe(ErrorCode.SchedulerRefused);
        refused.Message.ShouldContain("no partition 'gpu'. Set Partition to one of: main, short, small.");
    }

    [SlurmFact]
    public async Task Compute_nodes_that_dont_see_the_store_are_told_plainly()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, OwnHomes = true });
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.StoreNotOnNodes);
        failed.Message.ShouldContain("the worker doesn't see the store /home/builder/.cache/clustrix of login. Set StoreRoot");
        farm.Log.Warnings.ShouldBeEmpty();
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    [SlurmFact]
    public async Task Why_a_run_is_given_up_is_told_however_long_its_jobs_take_to_leave_the_queue()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, OwnHomes = true });
        await farm.WrapAsync("scancel", "slow", "sleep 3");
        await farm.AskAsync("touch slow");
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.StoreNotOnNodes);
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }
}
