using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Conformance.Slurm;

/// <summary>A scheduler that hangs or is down holds up nothing that doesn't need it.</summary>
public sealed class SchedulerOutOfSight
{
    private const string UntilGo = "until [ -e /home/builder/go ]; do sleep 0.1; done";

    [SlurmFact]
    public async Task Results_arrive_and_the_run_ends_while_squeue_hangs()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("squeue", "hang", "exec sleep 300");
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 3).Select(number => SlurmFarm.Item($"item {number}", UntilGo))]));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -t running -o %T | sort -u") == "RUNNING", "workers run");
        await HangAsync(farm);
        await farm.AskAsync("touch go");

        (await running).Run.Passed.ShouldBeTrue();
    }

    [SlurmFact]
    public async Task Whoever_attaches_or_watches_while_squeue_hangs_gets_the_results()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("squeue", "hang", "exec sleep 300");
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", $"touch /home/builder/begun; {UntilGo}"));
        string run;
        await using (var first = await farm.ConnectAsync())
        {
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
            await Condition.HoldsAsync(async () => await farm.AskAsync("ls begun 2>/dev/null") == "begun", "the item has begun");
            // The first one's session is busy.
            await using var other = await farm.ConnectAsync();
            run = (await other.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
        }

        await farm.AskAsync("touch hang");
        await using var second = await farm.ConnectAsync();
        await using var third = await farm.ConnectAsync();
        var attached = second.AttachAsync(await second.FindRunAsync(run, farm.Token), null, farm.Token);
        var watched = third.WatchAsync(await third.FindRunAsync(run, farm.Token), null, farm.Token);
        await HangAsync(farm, clients: 2);
        await farm.AskAsync("touch go");

        (await attached).Passed.ShouldBeTrue();
        (await watched).Passed.ShouldBeTrue();
    }

    [SlurmFact]
    public async Task A_look_at_the_runs_while_squeue_hangs_says_soon_that_it_is_not_known()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("squeue", "hang", "exec sleep 300");
        await using (var first = await farm.ConnectAsync())
        {
            var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", $"touch /home/builder/begun; {UntilGo}"));
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
            await Condition.HoldsAsync(async () => await farm.AskAsync("ls begun 2>/dev/null") == "begun", "the item has begun");
        }

        await farm.AskAsync("touch hang; scancel 1");
        await using var cluster = await farm.ConnectAsync();
        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State == RunState.Unknown, "the run's state isn't known");

        farm.Log.Warnings.ShouldContain(warning => warning.Message.StartsWith("login: Slurm hasn't answered for 10 s.", StringComparison.Ordinal));
    }

    [SlurmFact]
    public async Task Scheduler_that_is_down_before_anything_was_submitted_is_told_as_that()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.Slurm.KillSchedulerAsync();
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldEndWith("Look at its controller. Nothing was submitted; start the same build again when it answers.");
    }

    [SlurmFact]
    public async Task Scheduler_that_goes_down_at_the_first_submission_leaves_a_run_that_is_begun_later()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("sbatch", "hang", "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2; exit 1");
        await farm.AskAsync("touch hang");
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "true"));
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(() => farm.RunAsync(cluster, workload));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        var run = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
        failed.Message.ShouldEndWith(
            $"Unable to contact slurm controller (connect failure)). Look at its controller. No worker of run {run} is known to be submitted. The run is kept: the same build again, or 'clustrix attach {run}', looks for one, and begins the run when Slurm answers.");

        await farm.AskAsync("rm hang");
        var (result, _) = await farm.RunAsync(cluster, workload);
        (result.Run, result.Joined, result.Passed).ShouldBe((run, true, true));
    }

    [SlurmTheory]
    [InlineData("exec sleep 300", "login: Slurm hasn't answered for 30 s. Look at its controller.")]
    [InlineData("exit 1", "login: Slurm can't be asked (exit code 1, and not a word). Look at its controller.")]
    [InlineData("exit 0", "login: Slurm was told to end job 1 and said that it would, and still has 1 worker of it in its queue (PENDING, ")]
    public async Task A_run_is_cancelling_until_an_order_that_did_nothing_is_repeated(string instead, string told)
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("scancel", "hang", instead);
        await farm.Machines.DrainAsync();
        await using var first = await farm.ConnectAsync();
        var running = farm.RunAsync(first, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the job is in the queue");
        await farm.AskAsync("touch hang");
        await using var cluster = await farm.ConnectAsync();
        var run = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;

        var cancelling = cluster.CancelAsync(run, farm.Token);
        if (instead.Contains("sleep", StringComparison.Ordinal))
        {
            await TimeUpAsync(farm);
        }

        var failed = await Should.ThrowAsync<ClustrixException>(() => cancelling);
        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Problems[0].Message.ShouldStartWith(told);
        failed.Message.ShouldEndWith($"'clustrix cancel {run}' takes them out when Slurm answers, and so does the next run or clean-up there.");
        (await running).Run.Results[0].Outcome.ShouldBe(Outcome.Cancelled);
        var status = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        (Account.StateOf(status), status.Left).ShouldBe(("cancelling", 1));

        await farm.AskAsync("rm hang");
        await cluster.CleanAsync(Retention.Of(ResolvedSettings.Defaults), dryRun: false, farm.Token);
        farm.Log.Said.ShouldContain($"Run {run} is over, and Slurm still had 1 worker of it in its queue: it is out of it.");
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
    }

    [SlurmTheory]
    [InlineData("exit 0")]
    [InlineData("exit 1")]
    public async Task A_submission_without_an_answer_is_looked_for_before_it_is_repeated(string after)
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.WrapAsync("sbatch", "hang", $"sbatch.real \"$@\" >/dev/null 2>&1; {after}");
        await farm.AskAsync("touch hang");
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "true"));
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(() => farm.RunAsync(cluster, workload));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        var (result, _) = await farm.RunAsync(cluster, workload);
        (result.Joined, result.Passed).ShouldBe((true, true));
        (await farm.AskAsync("squeue -h -t all -o %F | sort -u")).ShouldBe("1");
    }

    // Whoever ends it after its time does so now.
    private static Task TimeUpAsync(SlurmFarm farm) => Condition.HoldsAsync(
        async () => (await farm.Slurm.Login.RunAsRootAsync("pgrep -u builder -x -f 'sleep 300' && pkill -KILL -u builder -x -f 'sleep 30'")).ExitCode == 0, "its time is up");

    // It hangs for good: whoever would end it after its time is stopped.
    private static async Task HangAsync(SlurmFarm farm, int clients = 1)
    {
        await farm.AskAsync("touch hang");
        await Condition.HoldsAsync(async () => await CountAsync("sleep 300") >= clients, "squeue hangs");
        await farm.Slurm.Login.RunAsRootAsync("pkill -STOP -u builder -x -f 'sleep 30'");

        async Task<int> CountAsync(string command) => int.Parse((await farm.Slurm.Login.RunAsRootAsync($"pgrep -c -u builder -x -f '{command}' || :")).Output.Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
