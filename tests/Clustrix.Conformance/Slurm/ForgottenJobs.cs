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
    public async Task A_run_that_had_ended_is_cancelled_with_the_jobs_that_it_has_in_the_queue_again()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -t all -o %T") == "COMPLETED", "the job has ended");
        await farm.AskAsync("scontrol requeuehold 1_1");
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -o %T") == "PENDING", "the job is in the queue again");

        await cluster.CancelAsync(run.Run, farm.Token);

        (await farm.AskAsync("squeue -h | wc -l")).ShouldBe("0");
        var status = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        (status.State, status.Cancelled, status.Done).ShouldBe((RunState.Ended, false, 1));
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

        // Those that waited for room have found that out by themselves.
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h | wc -l") == "0", "no job is left");
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
