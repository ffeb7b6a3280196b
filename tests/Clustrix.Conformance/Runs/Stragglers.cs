using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class Stragglers
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    // A run has no more workers than items, and one of them has to be idle.
    private static readonly Item Other = Node.Item("other", "true");

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_second_attempt_that_passes_is_the_result_and_the_first_one_is_ended(string kind)
    {
        using var node = new Node(kind);
        var mark = Guid.NewGuid().ToString("N");
        var item = Node.Item("item", "echo attempt $CLUSTRIX_ATTEMPT | tee out; [ $CLUSTRIX_ATTEMPT -gt 1 ] || sleep 1000") with
        {
            Outputs = ["out"],
            Environment = new Dictionary<string, string> { ["MARK"] = mark },
        };

        var (result, run) = await RunAsync(node, item);

        (result.Outcome, result.Flaky, result.Record!.Attempt).ShouldBe((Outcome.Passed, false, 2));
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["1: Lost (another attempt passed first)"]);
        await Condition.HoldsAsync(() => !Processes.With("MARK=" + mark).Any(), "the first attempt has ended");
        await node.IdleAsync();
        File.ReadAllText(run + "/att/0.1/record").ShouldContain("\"cause\":\"Superseded\"");
        (Directory.GetFiles(run + "/todo").Length, Directory.GetFiles(run + "/claim").Length, File.Exists(run + "/ended")).ShouldBe((0, 2, true));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_first_attempt_that_passes_after_all_ends_the_second(string kind)
    {
        using var node = new Node(kind);
        var second = node.Directory["second"];
        var item = Node.Item("item", $"[ $CLUSTRIX_ATTEMPT -eq 1 ] || {{ : >'{second}'; sleep 1000; }}; until [ -e '{second}' ]; do sleep 0.1; done");

        var (result, _) = await RunAsync(node, item);

        (result.Outcome, result.Flaky, result.Record!.Attempt).ShouldBe((Outcome.Passed, false, 1));
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["2: Lost (another attempt passed first)"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_second_attempt_that_fails_decides_nothing(string kind)
    {
        using var node = new Node(kind);
        var item = Node.Item("item", "[ $CLUSTRIX_ATTEMPT -eq 1 ] || exit 3; until cat ../../../journal.* | grep -q '^over '; do sleep 0.1; done") with { Retries = 1 };

        var (result, _) = await RunAsync(node, item);

        (result.Outcome, result.Flaky, result.Record!.Attempt).ShouldBe((Outcome.Passed, false, 1));
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["2: Failed (made beside another attempt, and so of no account)"]);
    }

    [Fact]
    public async Task A_first_attempt_that_fails_has_failed_as_it_would_have_without_a_second()
    {
        using var node = new Node();
        var item = Node.Item("item", "[ $CLUSTRIX_ATTEMPT -eq 1 ] || sleep 1000; until [ -e ../../0.2/stdout ]; do sleep 0.1; done; exit 3");

        var (result, _) = await RunAsync(node, item);

        (result.Outcome, result.Record!.Attempt, result.Record.ExitCode).ShouldBe((Outcome.Failed, 1, 3));
    }

    [Fact]
    public async Task A_second_attempt_uses_up_no_retry()
    {
        using var node = new Node();
        // The first attempt fails while the second one is being made, and so does the one that makes up for it.
        var item = Node.Item("item", "case $CLUSTRIX_ATTEMPT in 1) until [ -e ../../0.2/stdout ]; do sleep 0.1; done; exit 1;; 2) exec sleep 1000;; 3) exit 1;; esac") with { Retries = 2 };

        var (result, _) = await RunAsync(node, item);

        (result.Outcome, result.Flaky, result.Record!.Attempt).ShouldBe((Outcome.Passed, true, 4));
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["1: Failed (exit code 1)", "2: Lost (another attempt passed first)", "3: Failed (exit code 1)"]);
    }

    [Fact]
    public async Task A_second_attempt_outlives_the_worker_of_the_first()
    {
        using var node = new Node();
        var (pid, go) = (node.Directory["pid"], node.Directory["go"]);
        var workload = Node.Workload(
            Node.PayloadOf(),
            Node.Item("item", $"case $CLUSTRIX_ATTEMPT in 1) echo $$ >'{pid}'; exec sleep 1000;; 2) until [ -e '{go}' ]; do sleep 0.1; done;; *) exec sleep 1000;; esac"),
            Other);
        await node.SubmitAsync(workload, Late);
        var running = node.RunAsync(workload);
        var run = node.Store.Runs.ShouldHaveSingleItem();
        await Condition.HoldsAsync(() => File.Exists(run + "/att/0.2/stdout"), "the second attempt is made");

        await InterruptedRuns.KillWorkerOfAsync(pid);
        await Condition.HoldsAsync(() => File.Exists(run + "/att/0.1/record"), "the first attempt is lost");
        File.WriteAllText(go, "");
        var result = (await running).Results[0];

        result.Outcome.ShouldBe(Outcome.Passed);
        result.OtherAttempts.ShouldContain(attempt => attempt.Number == 1 && attempt.Cause == AttemptCause.WorkerDied);
    }

    [Fact]
    public async Task Nothing_is_attempted_twice_as_long_as_there_is_something_else_to_do()
    {
        using var node = new Node();
        var (log, go) = (node.Directory["log"], node.Directory["go"]);
        Item[] items =
        [
            Node.Item("straggler", $"echo straggler >>'{log}'; until [ -e '{go}' ]; do sleep 0.1; done"),
            .. Enumerable.Range(0, 3).Select(number => Node.Item($"{number}", $"until [ -e ../../0.1/late ]; do sleep 0.1; done; echo {number} >>'{log}'; [ {number} -ne 2 ] || : >'{go}'")),
        ];

        await node.SubmitAsync(Node.Workload(Node.PayloadOf(), items), Late);
        var run = await node.RunAsync(Node.Workload(Node.PayloadOf(), items));

        run.Passed.ShouldBeTrue();
        File.ReadAllLines(log).Take(4).Order().ShouldBe(["0", "1", "2", "straggler"]);
    }

    [Fact]
    public async Task One_straggler_that_ends_takes_nothing_from_another()
    {
        using var node = new Node();
        // Both are stragglers, and the one whose number is that of the host ends first.
        Item[] items =
        [
            Node.Item("0", "[ $CLUSTRIX_ATTEMPT -eq 1 ] || exit 0; sleep 1000"),
            Node.Item("1", "[ $CLUSTRIX_ATTEMPT -eq 1 ] || exec sleep 1000; until [ -e ../../0.1/late ] && [ -e ../../1.1/late ]; do sleep 0.1; done"),
        ];
        await node.SubmitAsync(Node.Workload(Node.PayloadOf(), items), Late);

        var run = await node.RunAsync(Node.Workload(Node.PayloadOf(), items));

        run.Results.Select(result => (result.Outcome, result.Record!.Attempt)).ShouldBe([(Outcome.Passed, 2), (Outcome.Passed, 1)]);
    }

    [Fact]
    public async Task What_is_long_is_known_from_earlier_runs()
    {
        using var node = new Node();
        var slow = node.Directory["slow"];
        var options = new RunOptions { Workers = 2, ReuseResults = false, HistoryFile = node.Directory["durations"] };
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", $"[ ! -e '{slow}' ] || [ $CLUSTRIX_ATTEMPT -gt 1 ] || sleep 1000"), Other);
        await node.RunAsync(workload, options);
        File.WriteAllText(slow, "");

        var result = (await node.RunAsync(workload, options)).Results[0];

        (result.Outcome, result.Record!.Attempt).ShouldBe((Outcome.Passed, 2));
    }

    [Fact]
    public async Task A_cancelled_run_ends_both_attempts()
    {
        using var node = new Node();
        using var cancellation = new CancellationTokenSource();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", "sleep 1000"), Other);
        await node.SubmitAsync(workload, Late);
        var running = node.RunAsync(workload, cancellationToken: cancellation.Token);
        await Condition.HoldsAsync(() => node.Store.Runs.Any(run => File.Exists(run + "/att/0.2/stdout")), "the second attempt is made");

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        await node.IdleAsync();
        var directory = node.Store.Runs.ShouldHaveSingleItem();
        File.ReadAllText(directory + "/done/0").ShouldContain("\"attempt\":1,\"outcome\":\"Cancelled\"");
        Processes.With("CLUSTRIX_RUN=" + Path.GetFileName(directory).Split('.')[0]).ShouldBeEmpty();
    }

    // The run's directory comes with the item's result.
    private static async Task<(ItemResult Result, string Run)> RunAsync(Node node, Item item)
    {
        var workload = Node.Workload(Node.PayloadOf(), item, Other);
        await node.SubmitAsync(workload, Late);
        var result = (await node.RunAsync(workload)).Results[0];
        return (result, node.Store.Runs.ShouldHaveSingleItem());
    }
}
