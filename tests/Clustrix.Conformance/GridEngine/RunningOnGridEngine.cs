using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;
using Clustrix.Preflight;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Testing.GridEngine;

namespace Clustrix.Conformance.GridEngine;

public sealed class RunningOnGridEngine
{
    private static readonly BatchOptions WithSlots = new() { Scheduler = "gridengine", ParallelEnvironment = "smp" };

    [GridEngineFact]
    public async Task One_array_of_workers_runs_all_items_on_several_nodes()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "gridengine", Partition = "main.q" });

        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync([.. Enumerable.Range(0, 30).Select(number => BatchFarm.Item($"item {number}", "cat a; sleep 0.5; uname -n >out") with { Outputs = ["out"] })]),
            new RunOptions { Workers = 6 });

        run.Passed.ShouldBeTrue();
        items.Select(item => File.ReadAllText(item.Outputs.ShouldHaveSingleItem().Path)).Distinct().ShouldBe(["n1\n", "n2\n"], ignoreOrder: true);
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id")).ShouldBe("1");
        run.SchedulerCalls.ShouldBeLessThan(12);
    }

    [GridEngineFact]
    public async Task One_that_keeps_its_own_pace_runs_all_items_too()
    {
        await using var farm = await GridEngineFarm.StartAsync(new GridEngineOptions());
        await using var cluster = await farm.ConnectAsync();

        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync([.. Enumerable.Range(0, 10).Select(number => BatchFarm.Item($"item {number}", number == 0 ? "[ $CLUSTRIX_ATTEMPT -gt 1 ] || kill -KILL $PPID" : "true"))]),
            new RunOptions { Workers = 4 });

        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        (await farm.JobsAsync()).ShouldBe("1");
    }

    [GridEngineFact]
    public async Task A_preflight_finds_the_accounting_where_nobody_says_where_Grid_Engine_is()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await farm.AskAsync("qsub -sync y -b y -j y -o /dev/null true");
        (await farm.AskAsync("echo \"[$SGE_ROOT]\"")).ShouldBe("[]");

        var preflight = new ClusterPreflight("", TimeSpan.FromMinutes(1), farm.Options, TimeProvider.System);
        await Condition.HoldsAsync(
            async () => PreflightTable.SchedulerLines(new PreflightReport("hpc", 1, default, [(await preflight.LookAsync([farm.Login()], farm.Token)).ShouldHaveSingleItem()])).Last() ==
                "  accounting: there is one: how workers ended is told for long",
            "the accounting is found");
    }

    [GridEngineFact]
    public async Task Items_get_slots_of_a_parallel_environment_and_memory_by_the_slot()
    {
        await using var farm = await GridEngineFarm.StartAsync(new GridEngineOptions { Tuned = true, ConsumableMemory = true });
        await using var cluster = await farm.ConnectAsync(WithSlots);

        var (run, _) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(
                BatchFarm.Item("wide", "test $NSLOTS = 3 && test $(ulimit -v) = $((3 * 318 * 1024))") with { Cpus = 3, Memory = 1_000_000_000 },
                BatchFarm.Item("small", "test $NSLOTS = 1")));

        run.Passed.ShouldBeTrue();
        (await farm.AskAsync("ls .cache/clustrix/run/*/jobs/*.id | wc -l")).ShouldBe("2");
    }

    [GridEngineFact]
    public async Task What_it_cant_give_is_told_with_what_it_can()
    {
        await using var farm = await GridEngineFarm.StartAsync(new GridEngineOptions { Tuned = true, ConsumableMemory = true });
        var item = BatchFarm.Item("item", "true");
        async Task<(ErrorCode Code, string Message)> Refusal(BatchOptions options, Workloads.Item asked)
        {
            await using var cluster = await farm.ConnectAsync(options);
            var refused = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(asked)));
            return (refused.Code, refused.Message);
        }

        var queue = await Refusal(WithSlots with { Partition = "gpu.q" }, item);
        queue.Code.ShouldBe(ErrorCode.SchedulerRefused);
        queue.Message.ShouldContain("has no queue 'gpu.q'. Set Partition to one of: broken.q, main.q, short.q.");

        var slots = await Refusal(new BatchOptions { Scheduler = "gridengine" }, item with { Cpus = 2 });
        slots.Code.ShouldBe(ErrorCode.SchedulerRefused);
        slots.Message.ShouldContain("none is set. Set ParallelEnvironment");
        slots.Message.ShouldContain("there are: smp");

        (await Refusal(WithSlots, item with { Cpus = 5 })).Code.ShouldBe(ErrorCode.RequestTooLarge);
        (await Refusal(WithSlots, item with { Nodes = 2 })).Message.ShouldContain("1 item asks for 2 nodes at once, which Clustrix gets from Slurm only");

        var memory = await Refusal(WithSlots, item with { Memory = 5_000_000_000 });
        memory.Code.ShouldBe(ErrorCode.SchedulerRefused);
        memory.Message.ShouldContain("no suitable queues");

        (await Refusal(WithSlots with { Account = "rocket" }, item)).Message.ShouldContain("the requested project \"rocket\" does not exist");
        (await farm.AskAsync("qstat -u '*' | wc -l")).ShouldBe("0");
    }

    [GridEngineFact]
    public async Task Compute_nodes_that_dont_see_the_store_are_told_plainly()
    {
        await using var farm = await GridEngineFarm.StartAsync(new GridEngineOptions { Tuned = true, OwnHomes = true });
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.StoreNotOnNodes);
        failed.Message.ShouldContain("the worker doesn't see the store /home/builder/.cache/clustrix of login. Set StoreRoot");
        failed.Message.ShouldContain("Eqw, error: can't open output file");
        (await farm.AskAsync("qstat -u '*' | wc -l")).ShouldBe("0");
    }

    [GridEngineFact]
    public async Task Jobs_in_the_state_of_error_are_told_with_the_reason_and_removed()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "gridengine", Options = ["-wd /nowhere"] });

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain("Grid Engine won't start any worker of run");
        failed.Message.ShouldContain("Eqw, error: can't chdir to /nowhere: No such file or directory");
        (await farm.AskAsync("qstat -u '*' | wc -l")).ShouldBe("0");
    }
}
