using System.Collections.Concurrent;
using System.Diagnostics;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class CancelledRuns
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(15);

    private static readonly string[] Stubborn =
    [
        "sleep 1000",
        "setsid sleep 1000 & nohup sleep 1000 & wait",
        "trap '' TERM HUP INT; while :; do sleep 1; done",
    ];

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancelling_the_token_ends_every_process_of_every_item(string kind)
    {
        using var node = new Node(kind);
        var mark = Guid.NewGuid().ToString("N");
        using var cancel = new CancellationTokenSource();
        var running = node.RunAsync(WorkloadOf(mark), new RunOptions { Workers = 3 }, cancel.Token);
        await Condition.HoldsAsync(() => Processes.With("MARK=" + mark).Count() >= 5, "the items are running");

        var stopwatch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        stopwatch.Elapsed.ShouldBeLessThan(Promptly);
        Processes.With("MARK=" + mark).ShouldBeEmpty();
        await using var cluster = await node.ConnectAsync();
        var status = (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem();
        (status.State, status.Cancelled).ShouldBe((RunState.Ended, true));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Somebody_else_can_cancel_and_the_client_hears_of_it(string kind)
    {
        using var node = new Node(kind);
        var mark = Guid.NewGuid().ToString("N");
        var running = node.RunAsync(WorkloadOf(mark), new RunOptions { Workers = 2 });
        await Condition.HoldsAsync(() => Processes.With("MARK=" + mark).Any(), "the items are running");

        await using (var cluster = await node.ConnectAsync())
        {
            var status = (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem();
            await cluster.CancelAsync(status.Run, node.Token);
        }

        var run = await running;
        Processes.With("MARK=" + mark).ShouldBeEmpty();
        run.Cancelled.ShouldBeTrue();
        run.Results.ShouldAllBe(result => result.Outcome == Outcome.Cancelled);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_the_cancellation_has_ended_isn_t_told_as_done(string kind)
    {
        using var node = new Node(kind);
        using var cancel = new CancellationTokenSource();
        var running = node.RunAsync(Node.Workload(Node.PayloadOf(), Node.Item("quick", "true"), Node.Item("slow", "sleep 1000")), null, cancel.Token);
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/done/0")), "the first item is done");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        await using var cluster = await node.ConnectAsync();
        var run = (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem();

        (run.Done, run.Items, run.Cancelled).ShouldBe((1, 2, true));
        var description = await cluster.FindRunAsync(run.Run, node.Token);
        Account.Done(description, await cluster.ResultsAsync(description, node.Token)).ShouldBe("1 of 2 items done");
    }

    // A scheduler that is told to end a job tells all of its processes at once: the item, and the tools that make digests of its logs.
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Item_that_a_signal_ends_with_its_run_is_cancelled_and_a_log_without_a_digest_is_left_out(string kind)
    {
        using var node = new Node(kind);
        node.Toolbox.Replace("sha256sum", $"case \"$*\" in *stdout*) [ ! -e '{node.Directory["cut"]}' ] || exit 143 ;; esac; exec /usr/bin/sha256sum \"$@\"");
        await using var cluster = await node.ConnectAsync();
        var progress = new ConcurrentQueue<RunProgress>();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("quick", "echo a"), Node.Item("slow", "echo b; : >begun; until [ -e ../../../cancel ]; do sleep 0.02; done; kill -TERM $$"));
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, node.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 2 }, new Heard(progress.Enqueue), node.Token);
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/done/0") && File.Exists(run + "/att/1.1/work/begun")), "the first item is done, and the second at work");

        node.Directory.Write("cut", "");
        await using (var other = await node.ConnectAsync())
        {
            await other.CancelAsync((await other.StatusAsync(node.Token)).ShouldHaveSingleItem().Run, node.Token);
        }

        var run = await running;
        run.Results.Select(result => result.Outcome).ShouldBe([Outcome.Passed, Outcome.Cancelled]);
        run.Results[0].Record!.Files.Select(file => file.Path).ShouldBe(["stdout"]);
        run.Results[1].Record!.Files.ShouldBeEmpty();
        (await cluster.CollectAsync(run, node.Directory["collected"], node.Token)).Select(item => item.NotCollected).ShouldAllBe(problem => problem == null);
        (progress.Last().Done, progress.Last().Failed).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Whoever_waits_for_a_run_hears_by_whom_it_was_cancelled()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();
        var running = node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), Node.Item("item", ": >begun; exec sleep 300")));
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(Path.Combine(run, "att", "0.1", "work", "begun"))), "the item has begun");

        await using (var other = await node.ConnectAsync(new ClusterOptions { ClientName = "me@other host" }))
        {
            var id = (await other.StatusAsync(node.Token)).ShouldHaveSingleItem().Run;
            (await other.CancelAsync(id, node.Token)).ShouldBe(new Cancellation(id, RunState.Running, WasCancelled: false));
            (await other.CancelAsync(id, node.Token)).ShouldBe(new Cancellation(id, RunState.Ended, WasCancelled: true));
        }

        var run = await running;
        run.CancelledBy.ShouldBe("by me@other_host");
        node.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.ItemCancelled
            && warning.Message == $"Run {run.Run} was cancelled by me@other_host. What had passed by then is kept: the same build again runs the rest.");
    }

    [Fact]
    public async Task A_run_that_goes_on_has_unfinished_items_and_no_lost_ones()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();
        var go = node.Directory["go"];
        var running = node.RunAsync(Node.Workload(Node.PayloadOf(), Node.Item("quick", "true"), Node.Item("slow", $"until [ -e '{go}' ]; do sleep 0.05; done")));
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/done/0")), "the first item is done");

        var id = (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem().Run;
        var report = await cluster.CollectAsync(await cluster.FindRunAsync(id, node.Token), node.Directory["collected"], node.Token);

        report.Items.Select(item => item.Result.Outcome).ShouldBe([Outcome.Passed, Outcome.Unfinished]);
        report.Failures.ShouldBeEmpty();
        File.WriteAllText(go, "");
        (await running).Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_had_passed_before_stays_passed_and_is_reused()
    {
        using var node = new Node();
        using var cancel = new CancellationTokenSource();
        var quick = Node.Item("quick", $"echo ran >>'{node.Directory["log"]}'");
        var running = node.RunAsync(Node.Workload(Node.PayloadOf(), quick, Node.Item("slow", "sleep 1000")), null, cancel.Token);
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/done/0")), "the first item is done");
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        var again = await node.RunAsync(Node.Workload(Node.PayloadOf(), quick, Node.Item("other", "true")));

        again.Results.Select(result => result.Cached).ShouldBe([true, false]);
        File.ReadAllLines(node.Directory["log"]).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_run_whose_workers_were_killed_can_be_cancelled()
    {
        using var node = new Node();
        var id = await node.SubmitAsync(Node.Workload(Node.PayloadOf(), Node.Item("item", "true")));
        await using var cluster = await node.ConnectAsync();

        await cluster.CancelAsync(id, node.Token);

        (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem().State.ShouldBe(RunState.Ended);
        var run = await node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), Node.Item("item", "true")));
        (run.Run == id, run.Joined, run.Passed).ShouldBe((false, false, true));
    }

    [Fact]
    public async Task A_run_that_has_all_of_its_results_is_over_though_nobody_has_said_so()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();
        var run = await node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), Node.Item("item", "true")));
        var end = Path.Combine(node.Store.Runs.ShouldHaveSingleItem(), "ended");
        await Condition.HoldsAsync(() => File.Exists(end), "the run has ended");
        File.Delete(end);

        (await cluster.CancelAsync(run.Run, node.Token)).ShouldBe(new Cancellation(run.Run, RunState.Ended, WasCancelled: false));

        var status = (await cluster.StatusAsync(node.Token)).ShouldHaveSingleItem();
        (status.State, status.Cancelled, status.Done).ShouldBe((RunState.Ended, false, 1));
    }

    [Fact]
    public async Task Wherever_a_client_is_cancelled_nothing_goes_on_and_the_next_one_works()
    {
        const int points = 24;
        using var node = new Node();
        var mark = Guid.NewGuid().ToString("N");
        var payload = node.Files("payload", 3);
        for (var point = 0; point < points; point++)
        {
            // Requests are the steps of a client: greeting, push, missing, workspace, intent, lookup, submit, start, watch, watch, …
            using var cancel = new CancellationTokenSource();
            var workload = new Workload([Node.Item("item", "sleep 1000") with { Environment = new Dictionary<string, string> { ["MARK"] = mark } }], payload, "environment", $"{point}");
            await using (var cluster = await node.ConnectAsync(new StepHost(node.Host, 1 + (point % 12), cancel)))
            {
                await Should.ThrowAsync<OperationCanceledException>(() => node.RunAsync(cluster, workload, null, cancel.Token));
            }

            Processes.With("MARK=" + mark).ShouldBeEmpty($"cancelled at step {point}");
        }

        (await node.RunAsync(Node.Workload(payload, Node.Item("item", "cat 0 1 2")))).Passed.ShouldBeTrue();
        node.Store.ShouldBeSound();
    }

    private static Workload WorkloadOf(string mark) => Node.Workload(
        Node.PayloadOf(),
        [.. Stubborn.Select((command, number) => Node.Item($"{number}", command) with { Environment = new Dictionary<string, string> { ["MARK"] = mark } })]);
}
