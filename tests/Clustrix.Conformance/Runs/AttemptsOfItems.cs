using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class AttemptsOfItems
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_item_that_passes_at_the_second_attempt_passes_and_is_flaky(string kind)
    {
        using var node = new Node(kind);
        var state = node.Directory["failed before"];
        var item = Node.Item("flaky", $"echo attempt $CLUSTRIX_ATTEMPT | tee out; [ -e '{state}' ] || {{ : >'{state}'; exit 1; }}") with { Retries = 2, Outputs = ["out"] };

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [item]);

        var result = run.Results[0];
        (result.Outcome, result.Flaky, result.Attempts).ShouldBe((Outcome.Passed, true, 2));
        File.ReadAllText(items[0].Outputs.ShouldHaveSingleItem().Path).ShouldBe("attempt 2\n");
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["1: Failed (exit code 1)"]);
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(items[0].Stdout!)!, "attempts/1/stdout.log")).ShouldBe("attempt 1\n");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Only_the_outcomes_that_the_item_names_are_tried_again(string kind)
    {
        using var node = new Node(kind);

        var (run, _) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("fails", "exit 1") with { Retries = 1, RetryOn = RetryCauses.Crashed | RetryCauses.TimedOut },
                Node.Item("crashes", "kill -SEGV $$") with { Retries = 1, RetryOn = RetryCauses.Crashed | RetryCauses.TimedOut },
                Node.Item("is slow", "sleep 100") with { Retries = 1, RetryOn = RetryCauses.Crashed, Timeout = TimeSpan.FromSeconds(1) },
            ]);

        run.Results.Select(result => (result.Outcome, result.Attempts)).ShouldBe([(Outcome.Failed, 1), (Outcome.Crashed, 2), (Outcome.TimedOut, 1)]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_item_that_waits_for_its_next_attempt_keeps_no_worker_waiting(string kind)
    {
        using var node = new Node(kind);
        var (log, go) = (node.Directory["log"], node.Directory["go"]);
        var item = Node.Item("fails", $"echo fails $CLUSTRIX_ATTEMPT >>'{log}'; [ $CLUSTRIX_ATTEMPT -gt 1 ]") with { Retries = 1 };
        // With one of two workers busy until the other one has done everything else, the retry among it.
        Item[] items =
        [
            item,
            Node.Item("busy", $"until [ -e '{go}' ]; do sleep 0.1; done"),
            // The other worker may come to one of these before the first attempt has told.
            .. Enumerable.Range(0, 3).Select(number => Node.Item($"{number}", $"until [ -e '{log}' ]; do sleep 0.1; done; echo {number} >>'{log}'")),
        ];

        var running = node.RunAsync(Node.PayloadOf(), items);
        await Condition.HoldsAsync(() => File.Exists(log) && File.ReadAllLines(log).Contains("fails 2"), "the second attempt is made beside an item that goes on");
        File.WriteAllText(go, "");
        var (run, _) = await running;

        run.Passed.ShouldBeTrue();
        var lines = File.ReadAllLines(log);
        (lines[0], lines[^1]).ShouldBe(("fails 1", "fails 2"), "all else was done meanwhile");
        lines.Order().ShouldBe(["0", "1", "2", "fails 1", "fails 2"]);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_while_an_item_waits_for_its_next_attempt_ends()
    {
        using var node = new Node();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("fails", "exit 1") with { Retries = 9 });
        using var cancellation = new CancellationTokenSource();

        var running = node.RunAsync(workload, cancellationToken: cancellation.Token);
        await Condition.HoldsAsync(() => node.Store.Runs.SelectMany(run => Directory.GetFiles(run + "/wait")).Any(), "the item waits");
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await node.IdleAsync();
    }

    [Fact]
    public async Task What_a_dead_pool_had_put_aside_is_attempted_when_the_next_one_begins()
    {
        using var node = new Node();
        var log = node.Directory["log"];
        var workload = Node.Workload(
            Node.PayloadOf(),
            Node.Item("fails", $"echo $CLUSTRIX_ATTEMPT >>'{log}'; [ $CLUSTRIX_ATTEMPT -gt 1 ]") with { Retries = 1 });
        await node.SubmitAsync(workload);
        var run = node.Store.Runs.ShouldHaveSingleItem();
        // As if by a clock that is far from where the new pool's is.
        File.Move(Directory.GetFiles(run + "/todo").ShouldHaveSingleItem(), run + "/wait/c0.000000.0.2.1.999999999999");

        var result = (await node.RunAsync(workload)).Results[0];

        (result.Outcome, result.Attempts, File.ReadAllText(log)).ShouldBe((Outcome.Passed, 2, "2\n"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task When_all_attempts_fail_the_last_one_counts(string kind)
    {
        using var node = new Node(kind);

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [Node.Item("fails", "echo $CLUSTRIX_ATTEMPT; exit $((10 + CLUSTRIX_ATTEMPT))") with { Retries = 2 }]);

        var result = run.Results[0];
        (result.Outcome, result.Flaky, result.Attempts, result.Record!.ExitCode).ShouldBe((Outcome.Failed, false, 3, 13));
        File.ReadAllText(items[0].Stdout!).ShouldBe("3\n");
    }

    [Fact]
    public async Task Missing_outputs_and_timeouts_are_tried_again_too()
    {
        using var node = new Node();

        var (run, _) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("missing", "true") with { Retries = 1, Outputs = ["none"] },
                Node.Item("slow", "sleep 100") with { Retries = 1, Timeout = TimeSpan.FromSeconds(1) },
            ]);

        run.Results.Select(result => (result.Outcome, result.Attempts)).ShouldBe([(Outcome.MissingOutputs, 2), (Outcome.TimedOut, 2)]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_lost_host_of_a_shared_store_had_put_aside_holds_nobody_up_and_is_given_to_another(string kind)
    {
        using var node = new Node(kind);
        var log = node.Directory["log"];
        var id = await node.SubmitAsync(Node.Workload(Node.PayloadOf(), Node.Item("aside", $"echo aside >>'{log}'"), Node.Item("other", $"echo other >>'{log}'")));
        var run = node.Store.Runs.ShouldHaveSingleItem();
        File.Move(run + "/todo/c0.000000.0.1", run + "/wait/c0.000000.0.2.2.999999999999");
        await using var session = await node.OpenAsync();

        await session.AskAsync($"start {id} 1 c0:1", null, node.Token);
        await Condition.HoldsAsync(() => File.Exists(run + "/done/1"), "the first host has done the rest");
        await node.IdleAsync();
        File.Exists(run + "/ended").ShouldBeFalse();
        await session.AskListAsync($"reclaim {id}", ["2 HostLost"], line => line, node.Token);
        await session.AskAsync($"start {id} 1 c0:1", null, node.Token);
        await Condition.HoldsAsync(() => File.Exists(run + "/ended"), "the run has ended");

        File.ReadAllLines(log).ShouldBe(["other", "aside"]);
    }

    [MemoryGroupTheory]
    [MemberData(nameof(Kinds))]
    public async Task What_the_kernel_ends_for_its_memory_is_out_of_memory(string kind)
    {
        using var node = new Node(kind);
        using var group = new MemoryGroup(megabytes: 20);

        var (_, items) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("greedy", $"echo $$ >'{group.Members}'; exec tail /dev/zero"),
                Node.Item("killed by somebody", "kill -KILL $$"),
            ],
            new RunOptions { Workers = 1 });

        items.Select(item => item.Result.Outcome).ShouldBe([Outcome.OutOfMemory, Outcome.Crashed]);
        ItemFailure.ToProblem(items[0]).Code.ShouldBe(ErrorCode.ItemOutOfMemory);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_timeout_ends_every_process_of_the_item(string kind)
    {
        using var node = new Node(kind);
        var mark = NewMark();
        string[] commands =
        [
            "sleep 1000",
            "sleep 1000 & sleep 1000 & wait",
            "setsid sleep 1000 & setsid sh -c 'sleep 1000 & wait' & wait",
            "trap '' TERM; sleep 1000; sleep 1000; sleep 1000",
            "sh -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done' & wait",
            "(setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' &) ; sleep 1000",
        ];

        var (run, _) = await node.RunAsync(
            Node.PayloadOf(),
            [.. commands.Select((command, number) => Node.Item($"{number}", command) with { Timeout = TimeSpan.FromSeconds(1), Environment = Marked(mark) })],
            new RunOptions { Workers = commands.Length });

        run.Results.Select(result => result.Outcome).ShouldAllBe(outcome => outcome == Outcome.TimedOut);
        await Condition.HoldsAsync(() => !Processes.With("MARK=" + mark).Any(), "no process of the items is left");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_an_item_leaves_behind_is_ended_and_delays_nothing(string kind)
    {
        using var node = new Node(kind);
        var mark = NewMark();
        var go = node.Directory["go"];

        var running = node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("leaves", "sleep 1000 & setsid sleep 1000 & nohup sleep 1000 & (trap '' HUP TERM; sleep 1000) & echo done") with { Environment = Marked(mark) },
                Node.Item("waits", $"until [ -e '{go}' ]; do sleep 0.1; done"),
            ]);
        // The second item goes on until nothing of the first is left.
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/done/0")), "the first item is done");
        await Condition.HoldsAsync(() => !Processes.With("MARK=" + mark).Any(), "nothing of the first item is left");
        File.WriteAllText(go, "");
        var (run, items) = await running;

        run.Passed.ShouldBeTrue();
        File.ReadAllText(items[0].Stdout!).ShouldBe("done\n");
    }

    private static string NewMark() => Guid.NewGuid().ToString("N");

    private static Dictionary<string, string> Marked(string mark) => new() { ["MARK"] = mark };
}
