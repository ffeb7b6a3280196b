using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>On a stand-in for PBS.</summary>
public sealed class SurvivingOnPbs : SurvivingRuns
{
    private static readonly PbsOptions WithoutHistory = new() { Tuned = true, History = false };

    protected override string ReasonOfDrained => "Q, Not Running: Nodes required for job are DOWN, DRAINED";

    protected override string OneNode => "small";

    [PbsFact]
    public async Task A_worker_that_is_started_again_takes_up_what_it_had_in_hand()
    {
        await using var farm = await PbsFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await BegunAsync(farm);
        var job = await farm.SubmittedAsync();
        await farm.Pbs.RerunAsync(job);

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
        (await farm.JobsAsync()).ShouldBe(job);
        (await farm.AskAsync($"qstat -x -f {job} | grep run_count")).ShouldBe("run_count = 2");
    }

    // The client was killed when PBS had the array and nobody had noted its id.
    [PbsFact]
    public async Task An_array_that_was_submitted_and_not_noted_is_found_by_its_name()
    {
        await using var farm = await PbsFarm.StartAsync();
        var workload = await farm.WorkloadAsync(
            [.. Enumerable.Range(0, 4).Select(number => BatchFarm.Item($"item {number}", "echo x >>/home/builder/begun; until [ -e /home/builder/go ]; do sleep 0.1; done"))]);
        await using (var first = await farm.ConnectAsync())
        {
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
            await Condition.HoldsAsync(async () => await farm.AskAsync("cat begun 2>/dev/null | wc -l; ls .cache/clustrix/run/*/jobs/*.id | wc -l") == "4\n1", "all items have begun");
        }

        await farm.AskAsync("rm .cache/clustrix/run/*/jobs/*.id .cache/clustrix/run/*/jobs/*.submitter");

        await using var second = await farm.ConnectAsync();
        var running = farm.RunAsync(second, workload);
        await Condition.HoldsAsync(async () => await farm.AskAsync("ls .cache/clustrix/run/*/jobs/*.id | wc -l") == "1", "the array is noted");
        await farm.AskAsync("touch go");

        (await running).Run.Passed.ShouldBeTrue();
        (await farm.JobsAsync()).ShouldBe("1[].login");
        (await farm.AskAsync("wc -l <begun; squeue -h -t all -o %F | sort -u")).ShouldBe("4\n1");
    }

    [PbsFact]
    public async Task Workers_that_are_held_are_told_with_the_reason_and_go_on_when_they_are_released()
    {
        await using var farm = await PbsFarm.StartAsync();
        await farm.Pbs.DrainAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));
        await SubmittedAsync(farm);

        await farm.AskAsync("scontrol hold 1");
        await Condition.HoldsAsync(
            () => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.WorkersHeld && warning.Message.Contains("H, Hold_Types u, Job held by builder@login", StringComparison.Ordinal)), "it is told that the worker is held");
        await farm.Pbs.ResumeAsync();
        await farm.AskAsync("scontrol release 1");

        (await running).Run.Passed.ShouldBeTrue();
    }

    [PbsFact]
    public async Task Without_a_history_the_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await PbsFarm.StartAsync(WithoutHistory);
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst), BatchFarm.Item("other", "true")));
        var node = await FirstNodeAsync(farm);
        await node.RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
    }

    // The first client was killed. Of the array the queue has one worker left, and nobody tells of the other.
    [PbsFact]
    public async Task Without_a_history_whoever_joins_brings_back_what_a_forgotten_worker_had_in_hand()
    {
        await using var farm = await PbsFarm.StartAsync(WithoutHistory);
        var workload = await farm.WorkloadAsync(
            BatchFarm.Item("lost", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { echo ${CLUSTRIX_POOL#*/} $(uname -n) >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }"),
            BatchFarm.Item("other", "touch /home/builder/here; until [ -e /home/builder/go ]; do sleep 0.1; done"));
        await using (var first = await farm.ConnectAsync())
        {
            var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
            await Condition.HoldsAsync(async () => await farm.AskAsync("ls here there 2>/dev/null; ls .cache/clustrix/run/*/jobs/*.id | wc -l") == "here\nthere\n1", "both items have begun");
        }

        var there = (await farm.AskAsync("cat there")).Split(' ');
        await farm.Pbs.Nodes.Single(node => node.Name == there[1]).RunAsRootAsync($"kill -KILL $(pgrep -o -f ' worker .* {there[0]} ')");
        await Condition.HoldsAsync(async () => await farm.AskAsync("squeue -h -r | wc -l") == "1", "the queue has forgotten one");

        await using var second = await farm.ConnectAsync();
        var running = farm.RunAsync(second, workload);
        await Condition.HoldsAsync(async () => (await farm.AskAsync("ls -d .cache/clustrix/run/*/att/*.2 2>/dev/null")).Length > 0, "the item is attempted again");
        await farm.AskAsync("touch go");

        var (run, items) = await running;
        (run.Joined, run.Passed, items[0].Result.Attempts, items[1].Result.Attempts).ShouldBe((true, true, 2, 1));
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains("nobody knows how", StringComparison.Ordinal), Told(farm));
    }

    [PbsFact]
    public async Task Without_a_history_a_job_that_somebody_deletes_while_it_runs_is_replaced()
    {
        await using var farm = await PbsFarm.StartAsync(WithoutHistory);
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await BegunAsync(farm);
        await farm.Pbs.DeleteAsync(await farm.SubmittedAsync());

        var (run, items) = await running;
        (run.Passed, items[0].Result.Attempts).ShouldBe((true, 2));
    }

    [PbsFact]
    public async Task Without_a_history_a_job_that_somebody_deletes_before_it_runs_ends_the_run_with_his_deed_told()
    {
        await using var farm = await PbsFarm.StartAsync(WithoutHistory);
        await farm.Pbs.DrainAsync();
        await using var cluster = await farm.ConnectAsync();
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));
        await SubmittedAsync(farm);

        await farm.Pbs.DeleteAsync("1.login");

        (await Should.ThrowAsync<ClustrixException>(() => running)).Message.ShouldContain("PBS was told to cancel job 1.login (gone from the queue before it ran).");
    }

    protected override async Task<BatchFarm> StartAsync() => await PbsFarm.StartAsync();

    private static Task SubmittedAsync(PbsFarm farm) =>
        Condition.HoldsAsync(async () => await farm.AskAsync("cat .cache/clustrix/run/*/jobs/*.id 2>/dev/null") == "1.login", "the workers are submitted");
}
