using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;

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
        var item = Node.Item("flaky", $"echo attempt $CLUSTRIX_ATTEMPT >out; [ -e '{state}' ] || {{ : >'{state}'; exit 1; }}") with { Retries = 2, Outputs = ["out"] };

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [item]);

        var result = run.Results[0];
        (result.Outcome, result.Flaky, result.Attempts).ShouldBe((Outcome.Passed, true, 2));
        File.ReadAllText(items[0].Outputs.ShouldHaveSingleItem().Path).ShouldBe("attempt 2\n");
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
