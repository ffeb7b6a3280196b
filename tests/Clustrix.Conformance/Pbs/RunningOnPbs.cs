using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;
using Clustrix.Preflight;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>Runs by way of a stand-in for PBS.</summary>
public sealed class RunningOnPbs
{
    private static readonly BatchOptions Usual = new() { Scheduler = "pbs" };

    [PbsFact]
    public async Task One_array_of_workers_runs_all_items_on_several_nodes()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(Usual with { Partition = "main" });

        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync([.. Enumerable.Range(0, 30).Select(number => BatchFarm.Item($"item {number}", "cat a; sleep 0.5; uname -n >out") with { Outputs = ["out"] })]),
            new RunOptions { Workers = 6 });

        run.Passed.ShouldBeTrue();
        items.Select(item => File.ReadAllText(item.Outputs.ShouldHaveSingleItem().Path)).Distinct().ShouldBe(["n1\n", "n2\n"], ignoreOrder: true);
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id; ls .cache/clustrix/run/*/jobs/*.log | wc -l")).ShouldBe("1[].login\n6");
        run.SchedulerCalls.ShouldBeLessThan(12);
    }

    [PbsFact]
    public async Task A_worker_of_a_class_of_its_own_is_a_job_and_no_array()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(Usual with { TimeLimit = TimeSpan.FromHours(2) });

        var (run, _) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(
                BatchFarm.Item("wide", "test -z \"$PBS_ARRAY_INDEX\"") with { Cpus = 3, Memory = 1_000_000_000 },
                BatchFarm.Item("small", "test -n \"$PBS_JOBID\"")));

        run.Passed.ShouldBeTrue();
        (await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id")).ShouldBe("1.login\n2.login");
        (await farm.AskAsync("squeue -h -t all -S i -o '%C %m %l'")).ShouldBe("3 954M 2:00:00\n1 100M 2:00:00");
    }

    [PbsFact]
    public async Task The_script_that_is_shown_is_the_one_that_is_submitted()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(Usual with { Partition = "short", Options = ["-l place=pack"] });
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 12).Select(number => BatchFarm.Item($"item {number}", "true") with { Cpus = 2 })]);

        var plan = await cluster.PlanAsync(workload, new RunOptions(), farm.Token);
        (await farm.AskAsync("squeue -h -t all | wc -l")).ShouldBe("0");
        var planned = plan.Workers.ShouldHaveSingleItem();
        (planned.Host, planned.Items, planned.Cpus, planned.Workers).ShouldBe(("login", 12, 2, 4));

        var (run, _) = await farm.RunAsync(cluster, workload);
        var directory = await farm.AskAsync("cd ~/.cache/clustrix; ls -d run/*/");
        planned.Script.Replace("run/RUN/", directory, StringComparison.Ordinal).Replace("RUN", run.Run, StringComparison.Ordinal).Replace($"CLUSTRIX_{run.Run}", "CLUSTRIX_RUN", StringComparison.Ordinal)
            .Trim().ShouldBe(await farm.AskAsync("cat ~/.cache/clustrix/run/*/jobs/*.1.sh"));
    }

    [PbsFact]
    public async Task What_it_cant_give_is_told_with_what_it_can()
    {
        await using var farm = await PbsFarm.StartAsync();
        var item = BatchFarm.Item("item", "true");
        async Task<(ErrorCode Code, string Message)> Refusal(BatchOptions options, Workloads.Item asked)
        {
            await using var cluster = await farm.ConnectAsync(options);
            var refused = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(asked)));
            return (refused.Code, refused.Message);
        }

        (await Refusal(Usual with { Partition = "gpu" }, item)).ShouldBe((ErrorCode.SchedulerRefused, "CLX4003: login: PBS has no queue 'gpu'. Set Partition to one of: main, short, small."));
        (await Refusal(Usual with { Partition = "short", TimeLimit = TimeSpan.FromHours(1) }, item)).Message.ShouldContain("TimeLimit is 1h, and queue 'short' allows 10m.");
        (await Refusal(Usual, item with { Cpus = 5 })).Code.ShouldBe(ErrorCode.RequestTooLarge);
        (await Refusal(Usual, item with { Nodes = 2 })).ShouldSatisfyAllConditions(it => it.Code.ShouldBe(ErrorCode.RequestTooLarge), it => it.Message.ShouldContain("1 item asks for 2 nodes at once, which Clustrix gets from Slurm only"));
        (await Refusal(Usual with { Gres = "gpu:1" }, item)).Message.ShouldContain("Gres is set, which is Slurm's");
        (await Refusal(Usual with { ParallelEnvironment = "smp" }, item)).Message.ShouldContain("ParallelEnvironment is set, which is Grid Engine's");

        var option = await Refusal(Usual with { Options = ["-l h_vmem=8G"] }, item);
        option.Code.ShouldBe(ErrorCode.SchedulerRefused);
        option.Message.ShouldContain("PBS refuses the workers: qsub: Unknown resource: h_vmem. Look through SchedulerOptions");
        (await Refusal(Usual with { Options = ["-q nowhere"] }, item)).Message.ShouldContain("qsub: Unknown queue. Set Partition to one of: main, short, small.");
        (await farm.AskAsync("squeue -h -t all | wc -l")).ShouldBe("0");
    }

    [PbsFact]
    public async Task Compute_nodes_that_dont_see_the_store_are_told_plainly()
    {
        await using var farm = await PbsFarm.StartAsync(new PbsOptions { Tuned = true, OwnHomes = true });
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.StoreNotOnNodes);
        failed.Message.ShouldContain("the worker doesn't see the store /home/builder/.cache/clustrix of login. Set StoreRoot");
        failed.Message.ShouldContain("(Worker 1.login: F, Exit_status 98, exit code 98.)");
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    [PbsFact]
    public async Task Jobs_that_can_never_run_end_the_run_with_the_reason_and_are_removed()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(Usual with { Options = ["-l select=1:ncpus=64"] });

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain("PBS won't start any worker of run");
        failed.Message.ShouldContain("Q, Can Never Run: PartitionConfig.");
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    [PbsFact]
    public async Task A_preflight_tells_what_it_is_and_has()
    {
        await using var farm = await PbsFarm.StartAsync(new PbsOptions { Tuned = true, History = false });
        await farm.Pbs.DrainAsync(farm.Pbs.Nodes[1]);

        var preflight = new ClusterPreflight("", TimeSpan.FromMinutes(1), Usual with { Partition = "short" }, TimeProvider.System);
        PreflightTable.SchedulerLines(new PreflightReport("hpc", 1, default, [(await preflight.LookAsync([farm.Login()], farm.Token)).ShouldHaveSingleItem()])).ShouldBe(
        [
            "  scheduler: PBS answers, version stand-in",
            "  queue: 'short' has 2 nodes (1 free, 1 offline) of up to 4 cores and 4.2 GB, and lets a worker run for 10m",
            "  accounting: there is none: nobody can say how workers ended, nor tell one that somebody deletes from one that is lost; job_history_enable of the server has it kept",
        ]);
    }
}
