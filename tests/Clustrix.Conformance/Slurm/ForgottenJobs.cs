using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

/// <summary>What becomes of a run whose jobs Slurm doesn't know any more, and of jobs whose run is over.</summary>
public sealed class ForgottenJobs
{
    [SlurmTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_item_of_a_worker_that_Slurm_has_forgotten_is_attempted_again(bool accounting)
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = accounting, MinJobAge = TimeSpan.FromSeconds(10) });
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { cat /proc/sys/kernel/hostname >/home/builder/there; exec sleep 300; }"));
        await using (var first = await farm.ConnectAsync())
        {
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
            await Condition.HoldsAsync(async () => (await farm.AskAsync("cat there 2>/dev/null")).Length > 0, "the item has begun");
        }

        // Nobody is there to see it, until Slurm has forgotten.
        var node = await farm.AskAsync("cat there");
        await farm.Slurm.Nodes.Single(n => n.Name == node).RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");
        await ForgottenAsync(farm);

        await using var second = await farm.ConnectAsync();
        var (run, items) = await farm.RunAsync(second, workload);

        (run.Joined, run.Passed, items[0].Result.Attempts).ShouldBe((true, true, 2));
        (items[0].Result.OtherAttempts.ShouldHaveSingleItem().Outcome, (await farm.AskAsync("squeue -h -t all -o %F | sort -u"))).ShouldBe((Outcome.Lost, "2"));
    }

    [SlurmFact]
    public async Task A_controller_that_has_lost_its_state_keeps_no_job_of_a_run_that_has_ended()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(
            cluster,
            await farm.WorkloadAsync([.. Enumerable.Range(0, 12).Select(number => SlurmFarm.Item($"item {number}", "touch /home/builder/begun; until [ -e /home/builder/go ]; do sleep 0.1; done"))]),
            new RunOptions { Workers = 12 });
        await Condition.HoldsAsync(async () => await farm.AskAsync("ls begun 2>/dev/null") == "begun", "an item has begun");

        // Jobs get numbers that the nodes still know: these are held, and the nodes drained.
        await farm.Slurm.LoseStateAsync();
        await Condition.HoldsAsync(async () => (await farm.AskAsync("squeue -h -r -o %r")).Contains("launch failed requeued held", StringComparison.Ordinal), "jobs are held");
        await farm.AskAsync("touch go");
        foreach (var node in farm.Slurm.Nodes)
        {
            await farm.Slurm.SetStateAsync(node, "resume");
        }

        (await running).Run.Passed.ShouldBeTrue(string.Join('\n', farm.Log.Warnings));
        var left = "";
        await Condition.HoldsAsync(async () => (left = await farm.AskAsync("squeue -h -r -o '%i %j %T %r'")).Length == 0, () => $"no job is left of\n{left}" + farm.Slurm.Login.RunAsRootAsync("tail -50 /var/log/slurmctld.log").Result.Output);
    }

    [SlurmTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Workers_that_wait_when_the_controller_loses_its_state_are_replaced(bool accounting)
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = accounting });
        await farm.Machines.DrainAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => SlurmFarm.Item($"item {number}", "true"))]));
        await WaitingAsync(farm, accounting);

        await farm.Slurm.LoseStateAsync();

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Attempts == 1);
        (await farm.AskAsync("ls .cache/clustrix/run/*/jobs/*.id | wc -l")).ShouldBe("2");
        farm.Log.Warnings.ShouldNotContain(warning => warning.Message.Contains("cancelled", StringComparison.Ordinal));
    }

    [SlurmTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Workers_that_an_empty_queue_lacks_and_Slurm_knows_are_not_gone(bool accounting)
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = accounting });
        await farm.HideQueueAsync();
        await farm.Machines.DrainAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => SlurmFarm.Item($"item {number}", "true"))]));
        await WaitingAsync(farm, accounting);

        await farm.AskAsync("touch hidden");
        await farm.AskedAgainAsync(running);
        await farm.AskedAgainAsync(running);
        await farm.AskAsync("rm hidden");
        await farm.Slurm.ResumeAsync();

        (await running).Run.Passed.ShouldBeTrue();
        (await farm.JobsAsync()).ShouldBe("1");
    }

    [SlurmFact]
    public async Task Workers_that_the_accounting_alone_knows_are_forgotten_in_time()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = true });
        await farm.HideQueueAsync();
        await farm.Machines.DrainAsync();
        var clock = new LeapingClock();
        await using var cluster = await farm.ConnectAsync(time: clock);
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await WaitingAsync(farm, accounting: true);

        await farm.AskAsync("touch hidden");
        await farm.AskedAgainAsync(running);
        await farm.AskedAgainAsync(running);
        clock.Leap(TimeSpan.FromMinutes(6));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue.real -h -o %F | wc -l") == "2", "others are submitted");
        await farm.AskAsync("rm hidden");
        await farm.Slurm.ResumeAsync();

        (await running).Run.Passed.ShouldBeTrue();
    }

    [SlurmFact]
    public async Task A_run_that_had_ended_is_cancelled_with_the_jobs_that_it_has_in_the_queue_again()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await BackInQueueAsync(farm);

        var status = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        Account.Done(status).ShouldBe($"1 of 1 item done; 1 worker is still in the scheduler's queue: 'clustrix cancel {run.Run}' takes it out");
        Account.Of(await cluster.CancelAsync(run.Run, farm.Token)).ShouldBe($"Clustrix: run {run.Run} had ended before; 1 worker of it that Slurm still had in its queue is out of it now.");

        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
        status = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        (status.State, status.Cancelled, status.Done, status.Left).ShouldBe((RunState.Ended, false, 1, 0));
        Account.Of(await cluster.CancelAsync(run.Run, farm.Token)).ShouldBe($"Clustrix: run {run.Run} had ended before; nothing of it was left to end.");
    }

    [SlurmTheory]
    [InlineData("run")]
    [InlineData("clean")]
    public async Task Jobs_of_a_run_that_has_ended_are_taken_out_by_whoever_comes_next(string next)
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await BackInQueueAsync(farm);

        if (next == "clean")
        {
            await cluster.CleanAsync(Retention.Of(ResolvedSettings.Defaults), dryRun: false, farm.Token);
        }
        else
        {
            var held = "until ! squeue -h -o %T | grep -q PENDING; do sleep 0.1; done";
            (await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("another", held)))).Run.Passed.ShouldBeTrue();
        }

        farm.Log.Said.ShouldContain($"Run {run.Run} is over, and Slurm still had 1 worker of it in its queue: it is out of it.");
        (await farm.AskAsync("squeue -h -t PD | wc -l")).ShouldBe("0");
    }

    [SlurmFact]
    public async Task Whoever_knows_the_store_alone_cancels_a_run_with_its_jobs()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.Machines.DrainAsync();
        await using var first = await farm.ConnectAsync();
        var running = farm.RunAsync(first, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the job is in the queue");

        await using var other = await Cluster.ConnectAsync([farm.Login()], new ClusterOptions(), farm.Log, TimeProvider.System, farm.Token);
        var run = (await other.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
        var cancellation = await other.CancelAsync(run, farm.Token);

        Account.Of(cancellation).ShouldBe($"Clustrix: run {run} is cancelled; none of its processes is left, and no job of it in the queue of Slurm.");
        (await farm.Machines.QueueAsync()).ShouldBeEmpty();
        (await running).Run.CancelledBy.ShouldStartWith("by ");
    }

    [SlurmFact]
    public async Task A_run_that_is_cancelled_while_Slurm_is_down_is_cancelling_until_its_jobs_are_out_of_the_queue()
    {
        await using var farm = await SlurmFarm.StartAsync();
        foreach (var node in farm.Slurm.Nodes)
        {
            await farm.Slurm.SetStateAsync(node, "drain");
        }

        await using var first = await farm.ConnectAsync();
        var running = farm.RunAsync(first, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the job is in the queue");
        await farm.Slurm.WrittenDownAsync();
        await farm.Slurm.KillSchedulerAsync();
        await farm.AskAsync("rm -f .cache/clustrix/queue.answer");
        await using var cluster = await farm.ConnectAsync();
        var run = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;

        var failed = await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync(run, farm.Token));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldEndWith(
            $"Run {run} is cancelled: its workers begin nothing more. Jobs of run {run}, which is over, may be left in the queue: 'clustrix cancel {run}' takes them out when Slurm answers, and so does the next run or clean-up there.");
        (await running).Run.Results[0].Outcome.ShouldBe(Outcome.Cancelled);
        var status = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        (Account.StateOf(status), status.Left).ShouldBe(("cancelling", null));

        await farm.Slurm.StartSchedulerAsync();
        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem() is { Left: 1 }, "the job is left");
        (await cluster.CancelAsync(run, farm.Token)).TakenOut.ShouldBe(1);
        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
        Account.StateOf((await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem()).ShouldBe("cancelled");
    }

    [SlurmFact]
    public async Task A_run_whose_client_is_lost_for_too_long_is_ended_on_the_nodes()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 12).Select(number => SlurmFarm.Item($"item {number}", "touch /home/builder/begun; exec sleep 300"))]);
        await using (var first = await farm.ConnectAsync())
        {
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions { Workers = 12, ClientLossTimeout = TimeSpan.FromSeconds(5) }, null, farm.Token);
            await Condition.HoldsAsync(async () => await farm.AskAsync("ls begun 2>/dev/null") == "begun", "an item has begun");
        }

        await using var cluster = await farm.ConnectAsync();
        await Condition.HoldsAsync(async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem() is { State: RunState.Ended, Cancelled: true, Done: 0 }, "the run has ended");

        var run = await cluster.FindRunAsync((await cluster.StatusAsync(farm.Token)).Single().Run, farm.Token);
        (await cluster.ResultsAsync(run, farm.Token)).CancelledBy.ShouldBe("because no client had asked for it for 5 s (OnClientLoss)");

        // Those that waited for room have found that out by themselves.
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h | wc -l") == "0", "no job is left");
    }

    private static Task WaitingAsync(SlurmFarm farm, bool accounting) => Condition.HoldsAsync(
        async () => await farm.AskAsync($"squeue -h -o %T; cat .cache/clustrix/run/*/jobs/*.id; {(accounting ? "sacct -X -n -o state%20 | sed 's/ //g'" : "echo PENDING")}") == "PENDING\n1\nPENDING", "the workers wait, and all know of it");

    // Whoever asks next is to ask Slurm: not to be given what another client was told while the job ran.
    private static async Task BackInQueueAsync(SlurmFarm farm)
    {
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -t all -o %T") == "COMPLETED", "the job has ended");
        await farm.AskAsync("scontrol requeuehold 1_1");
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the job is in the queue again");
        await farm.AskAsync("rm -f .cache/clustrix/queue.answer");
    }

    // Slurm looks through its list once in a minute, which is as long as other conditions are waited for. The farm's token ends this one.
    private static async Task ForgottenAsync(SlurmFarm farm)
    {
        while (await farm.AskAsync("scontrol show job 1 2>&1 | grep -o 'Invalid job id'; squeue -h -t all -o %F") != "Invalid job id")
        {
            await Task.Delay(TimeSpan.FromSeconds(1), farm.Token);
        }
    }
}
