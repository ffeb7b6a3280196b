using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Schedulers;

/// <summary>What goes wrong while a run is on a cluster with a scheduler, and what becomes of it: the same on each.</summary>
public abstract class SurvivingRuns
{
    // On its first attempt an item says where it is and stays until it is ended.
    private protected const string StaysAtFirst = "[ $CLUSTRIX_ATTEMPT -gt 1 ] || { uname -n >/home/builder/there.new; mv /home/builder/there.new /home/builder/there; exec sleep 300; }";

    private const string StaysUntilGo = "touch /home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done";

    // A scheduler is asked each half minute, its accounting may tell as late, and a further worker is asked for half a minute after another.
    private static readonly TimeSpan Replacement = TimeSpan.FromMinutes(2);

    // A host tells the time of day in whole seconds, as a difference of two.
    private static readonly TimeSpan WholeSeconds = TimeSpan.FromSeconds(2);

    // All processes of the run's workers on the node, at once: when one's own worker is gone the scheduler ends whoever does it, and that may be before
    // pkill, which looks for one after the other, has come to the next.
    private const string KillsWorkers = "kill -KILL $(pgrep -f \"node/.* worker .* $CLUSTRIX_RUN \"); exec sleep 300";

    /// <summary>A cluster with two nodes, and room for four workers at least.</summary>
    protected abstract Task<BatchFarm> StartAsync();

    [BatchFact]
    public async Task The_item_of_a_killed_worker_is_attempted_again()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();
        var before = DateTimeOffset.UtcNow;

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", $"[ $CLUSTRIX_ATTEMPT -gt 1 ] || date +%s >/home/builder/began; {StaysAtFirst}")));
        var node = await FirstNodeAsync(farm);
        await Condition.HoldsAsync(
            async () => await farm.AskAsync("now=$(cat .cache/clustrix/run/*/beat.* | sort -n | tail -n 1); [ -e beat ] || echo $now >beat; [ $((now - $(cat beat))) -lt 4 ] || echo late") == "late", "its worker has shown signs of life for some seconds");
        await node.RunAsRootAsync("kill -KILL $(pgrep -o -f 'node/.* worker ')");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost && warning.Message.Contains($"on {node.Name} ", StringComparison.Ordinal), Told(farm));

        // The account of what was lost is that of the node where it was.
        var lost = items[0].Result.OtherAttempts.ShouldHaveSingleItem().Record!;
        (lost.Outcome, lost.HostName).ShouldBe((Outcome.Lost, node.Name));
        lost.Started.ShouldBeInRange(before - WholeSeconds, DateTimeOffset.FromUnixTimeSeconds(long.Parse(await farm.AskAsync("cat began"), CultureInfo.InvariantCulture)) + WholeSeconds);
        lost.Duration.ShouldBeInRange(TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1));
    }

    [BatchFact]
    public async Task An_item_under_which_two_workers_died_has_its_host_alone_and_passes_when_it_was_another_items_doing()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync(farm.Options with { Partition = OneNode });
        const string ComesTogether = "[ $CLUSTRIX_ATTEMPT -eq 3 ] || until [ -e /home/builder/innocent.$CLUSTRIX_ATTEMPT ]; do sleep 0.1; done";
        const string AwaitsTheEnd = "[ $CLUSTRIX_ATTEMPT -lt 3 ] || until [ -e /home/builder/go ]; do sleep 0.1; done";

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(
            BatchFarm.Item("guilty", $"touch /home/builder/guilty.$CLUSTRIX_ATTEMPT; {ComesTogether}; {AwaitsTheEnd}; {KillsWorkers}"),
            BatchFarm.Item("innocent", $"touch /home/builder/innocent.$CLUSTRIX_ATTEMPT; {AwaitsTheEnd}; [ $CLUSTRIX_ATTEMPT -eq 3 ] || exec sleep 300")));
        foreach (var (attempt, items) in new[] { (1, 2), (2, 1), (2, 2), (3, 1) })
        {
            await Condition.HoldsAsync(async () => (await BegunAsync(farm, attempt)).Length >= items, () => $"attempt {attempt} at {items} of the items has begun", Replacement);
        }

        await BothShowSignsOfLifeAsync(farm);
        var beside = await BegunAsync(farm, 3);
        await farm.AskAsync("touch go");

        beside.ShouldHaveSingleItem();
        var (run, collected) = await running;
        run.Results.Select(result => (result.Outcome, result.Attempts, result.Record!.Alone)).ShouldBe([(Outcome.Crashed, 3, true), (Outcome.Passed, 3, true)]);
        collected.ShouldAllBe(item => item.Result.OtherAttempts.All(attempt => !attempt.Record!.Alone));
    }

    [BatchFact]
    public async Task An_item_under_which_two_workers_died_waits_until_nothing_runs_beside_it()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync(farm.Options with { Partition = OneNode });
        const string KillsItsWorker = "pkill -KILL -f \"node/.* worker .* ${CLUSTRIX_POOL#*/} \"; exec sleep 300";

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(
            BatchFarm.Item("item", $"touch /home/builder/item.$CLUSTRIX_ATTEMPT; [ $CLUSTRIX_ATTEMPT -eq 3 ] || {{ until [ -e /home/builder/there ]; do sleep 0.1; done; {KillsItsWorker}; }}"),
            BatchFarm.Item("other", StaysUntilGo)));
        await Condition.HoldsAsync(async () => (await BegunAsync(farm, 2)).Length > 0, () => "the second attempt has begun", Replacement);
        await Condition.HoldsAsync(async () => (await farm.AskAsync("ls .cache/clustrix/run/*/todo")).StartsWith("alone-", StringComparison.Ordinal), () => "the item is to have the host alone", Replacement);
        await BothShowSignsOfLifeAsync(farm);
        var beside = await BegunAsync(farm, 3);
        await farm.AskAsync("touch go");

        beside.ShouldBeEmpty();
        (await running).Run.Results.Select(result => (result.Outcome, result.Attempts, result.Record!.Alone)).ShouldBe([(Outcome.Passed, 3, true), (Outcome.Passed, 1, false)]);
    }

    [BatchFact]
    public async Task A_run_whose_last_item_crashed_with_its_worker_has_ended()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", KillsWorkers)));

        run.Results[0].Outcome.ShouldBe(Outcome.Crashed);
        (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().State.ShouldBe(RunState.Ended);
    }

    [BatchFact]
    public async Task The_item_of_a_node_that_is_rebooted_is_attempted_again()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await farm.Machines.RebootAsync(await FirstNodeAsync(farm));

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.WorkerLost, Told(farm));
    }

    [BatchFact]
    public async Task A_scheduler_that_is_away_for_a_while_costs_nothing()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync([.. Enumerable.Range(0, 2).Select(number => BatchFarm.Item($"item {number}", StaysUntilGo))]));
        await BegunAsync(farm);
        await farm.Machines.WrittenDownAsync();
        await farm.Machines.KillSchedulerAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Code == ErrorCode.SchedulerUnavailable), "the client has noticed");
        await farm.Machines.StartSchedulerAsync();
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains($"{farm.Machines.Scheduler} answers again", StringComparison.Ordinal)), "the client has noticed");
        await farm.AskAsync("touch go");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Attempts == 1, Told(farm));
    }

    [BatchFact]
    public async Task A_scheduler_that_is_down_is_told_before_anything_is_submitted()
    {
        await using var farm = await StartAsync();
        await farm.Machines.KillSchedulerAsync();
        await using var cluster = await farm.ConnectAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldContain($"{farm.Machines.Scheduler} can't be asked (");
        failed.Message.ShouldEndWith("Look at its controller. Nothing was submitted; start the same build again when it answers.");
    }

    [BatchFact]
    public async Task A_second_client_goes_on_where_the_first_was_lost_and_submits_nothing_twice()
    {
        await using var farm = await StartAsync();
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 4).Select(number => BatchFarm.Item($"item {number}", $"echo x >>/home/builder/begun{number}; {StaysUntilGo}"))]);
        var first = await farm.ConnectAsync();
        var push = await first.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        _ = first.RunAsync(workload, push, new RunOptions(), null, farm.Token);
        await BegunAsync(farm);
        await first.DisposeAsync();

        await using var second = await farm.ConnectAsync();
        var running = farm.RunAsync(second, workload);
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.Contains("Joining run", StringComparison.Ordinal)), "the second client has joined");
        await farm.AskAsync("touch go");

        var (run, _) = await running;
        run.Passed.ShouldBeTrue();
        run.Joined.ShouldBeTrue();
        (await farm.AskAsync("cat begun* | wc -l")).ShouldBe("4");
        Numbers(await farm.JobsAsync()).ShouldBe(["1"]);
    }

    [BatchFact]
    public async Task Clients_that_cancel_and_join_at_once_leave_one_end_and_nothing_behind()
    {
        await using var farm = await StartAsync();
        var workload = await farm.WorkloadAsync(BatchFarm.Item("item", "[ -e /home/builder/go ] || { touch /home/builder/there; exec sleep 300; }"));
        await using var first = await farm.ConnectAsync();
        var running = farm.RunAsync(first, workload);
        await BegunAsync(farm);
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
        await QueueEmptyAsync(farm);
    }

    [BatchFact]
    public async Task A_cancelled_run_leaves_nothing_in_the_queue_or_on_the_nodes()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();

        // More workers than the nodes have room for: some still wait.
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(farm.Token);
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 20).Select(number => BatchFarm.Item($"item {number}", "touch /home/builder/there; exec sleep 300"))]);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 20 }, null, interrupt.Token);
        await BegunAsync(farm);
        await interrupt.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await running);
        await QueueEmptyAsync(farm);
        foreach (var node in farm.Machines.Nodes)
        {
            await Condition.HoldsAsync(async () => (await node.RunAsRootAsync("pgrep -c -f '^sleep 300' || :")).Output.Trim() == "0", $"nothing runs on {node.Name}");
        }
    }

    [BatchFact]
    public async Task Workers_whose_time_is_up_hand_back_and_are_replaced()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync(farm.Options with { TimeLimit = TimeSpan.FromSeconds(30) });

        // The second is begun when a good part of the worker's time is over: more than a tenth, and less than lets it begin one more.
        var (run, items) = await farm.RunAsync(
            cluster,
            await farm.WorkloadAsync(BatchFarm.Item("first", "sleep 5"), BatchFarm.Item("second", "[ $CLUSTRIX_ATTEMPT -gt 1 ] || exec sleep 300")),
            new RunOptions { Workers = 1 });

        run.Passed.ShouldBeTrue();
        items[1].Result.Attempts.ShouldBe(2);
        Numbers(await farm.JobsAsync()).ShouldBe(["1", "2"]);
    }

    [BatchFact]
    public async Task An_item_that_needs_more_than_a_workers_time_has_timed_out()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync(farm.Options with { TimeLimit = TimeSpan.FromSeconds(12) });

        var (_, items) = await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "sleep 300")));

        items[0].Result.Outcome.ShouldBe(Outcome.TimedOut);
        farm.Log.Warnings.ShouldContain(warning =>
            warning.Code == ErrorCode.TimeLimitTooShort && warning.Message.StartsWith("TimeLimit is 12s, and 1 item may take longer: 'item' has a Timeout of 2m.", StringComparison.Ordinal));
        ItemFailure.ToProblem(items[0]).Message.ShouldStartWith("Item 'item' needs more than all of a worker's time (TimeLimit) on ");
    }

    [BatchFact]
    public async Task A_job_that_somebody_deletes_ends_the_run_with_his_deed_told()
    {
        await using var farm = await StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await BegunAsync(farm);
        var job = await farm.SubmittedAsync();
        await farm.Machines.DeleteAsync(job);

        var failed = await Should.ThrowAsync<ClustrixException>(() => running);
        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain($"{farm.Machines.Scheduler} was told to cancel job {job} (");
    }

    [BatchFact]
    public async Task A_job_that_somebody_deletes_before_it_runs_ends_the_run_with_his_deed_told()
    {
        await using var farm = await StartAsync();
        await farm.Machines.DrainAsync();
        var clock = new LeapingClock();
        await using var cluster = await farm.ConnectAsync(time: clock);

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true")));
        var job = await farm.SubmittedAsync();
        await farm.Machines.DeleteAsync(job);

        // An accounting may take a minute to tell. Whoever has asked a second time has seen before that the job is gone.
        await farm.AskedAgainAsync(running);
        await farm.AskedAgainAsync(running);
        clock.Leap(TimeSpan.FromMinutes(2));

        var failed = await Should.ThrowAsync<ClustrixException>(() => running);
        failed.Code.ShouldBe(ErrorCode.WorkerLost);
        failed.Message.ShouldContain($"{farm.Machines.Scheduler} was told to cancel job {job} (");
    }

    [BatchFact]
    public async Task A_run_that_waits_too_long_in_the_queue_is_given_up_with_the_reason()
    {
        await using var farm = await StartAsync();
        await farm.Machines.DrainAsync();
        await using var cluster = await farm.ConnectAsync(farm.Options with { QueueTimeout = TimeSpan.FromSeconds(5) });

        var failed = await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", "true"))));

        failed.Code.ShouldBe(ErrorCode.QueueTimeout);
        failed.Message.ShouldContain("hasn't started any worker");
        failed.Message.ShouldContain(ReasonOfDrained);
        (await farm.Machines.QueueAsync()).ShouldBeEmpty();
    }

    /// <summary>What the scheduler says of a job that waits because no node takes jobs.</summary>
    protected abstract string ReasonOfDrained { get; }

    /// <summary>What a worker is asked for with that has to be on the first node.</summary>
    protected abstract string OneNode { get; }

    private static async Task<string[]> BegunAsync(BatchFarm farm, int attempt) =>
        (await farm.AskAsync($"ls *.{attempt} 2>/dev/null || :")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // Whoever lives long enough to begin an item, and doesn't, waits.
    private static async Task BothShowSignsOfLifeAsync(BatchFarm farm)
    {
        var first = new Dictionary<string, long>(StringComparer.Ordinal);
        await Condition.HoldsAsync(
            async () =>
            {
                var living = 0;
                foreach (var line in (await farm.AskAsync("cd .cache/clustrix/run/*/ && grep . beat.* || :")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    var (worker, beat) = (line.Split(':')[0], long.Parse(line.Split(':')[1], CultureInfo.InvariantCulture));
                    first.TryAdd(worker, beat);
                    living += beat >= first[worker] + 3 ? 1 : 0;
                }

                return living >= 2;
            },
            () => "both workers have shown signs of life for some seconds", Replacement);
    }

    private protected static Task BegunAsync(BatchFarm farm) =>
        Condition.HoldsAsync(async () => await farm.AskAsync("ls there 2>/dev/null || :") == "there", "the first attempt has begun");

    private protected static async Task<SshNode> FirstNodeAsync(BatchFarm farm)
    {
        await BegunAsync(farm);
        var name = await farm.AskAsync("cat there");
        return farm.Machines.Nodes.Single(node => node.Name == name);
    }

    private static Task QueueEmptyAsync(BatchFarm farm) => Condition.HoldsAsync(async () => (await farm.Machines.QueueAsync()).Length == 0, "nothing is left in the queue");

    // A job's id may hold more than its number.
    private static IEnumerable<string> Numbers(string jobs) => jobs.Split('\n').Select(job => string.Concat(job.TakeWhile(char.IsAsciiDigit)));

    private protected static string Told(BatchFarm farm) => string.Join("\n", farm.Log.Warnings.Select(warning => warning.Message));
}
