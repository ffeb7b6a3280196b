using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class InterruptedRuns
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_goes_on_without_its_client_and_the_next_one_joins_it(string kind)
    {
        using var node = new Node(kind);
        var (workload, go, log) = Waiting(node);
        await LoseClientAsync(node, workload, () => File.Exists(log));

        var joining = node.RunAsync(workload);
        await Condition.HoldsAsync(() => node.Log.Said.Any(message => message.StartsWith("Joining", StringComparison.Ordinal)), "the second client has joined");
        File.WriteAllText(go, "");
        var run = await joining;

        (run.Joined, run.Passed).ShouldBe((true, true));
        File.ReadAllLines(log).Length.ShouldBe(workload.Items.Count, "every item ran once");
    }

    [Fact]
    public async Task A_run_ends_without_any_client()
    {
        using var node = new Node();
        var (workload, go, log) = Waiting(node);
        await LoseClientAsync(node, workload, () => File.Exists(log));

        File.WriteAllText(go, "");
        await Condition.HoldsAsync(() => node.Store.Runs.All(run => File.Exists(run + "/ended")), "the run has ended");
        var run = await node.RunAsync(workload);

        run.Results.ShouldAllBe(result => result.Cached && result.Outcome == Outcome.Passed);
        File.ReadAllLines(log).Length.ShouldBe(workload.Items.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Clients_that_start_one_workload_at_once_share_one_run(string kind)
    {
        using var node = new Node(kind);
        var (workload, go, log) = Waiting(node);

        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => node.RunAsync(workload))).ToList();
        await Condition.HoldsAsync(() => File.Exists(log), "an item has begun");
        File.WriteAllText(go, "");
        var runs = await Task.WhenAll(clients);

        // One that comes late finds everything done.
        runs.Where(run => !run.Results.All(result => result.Cached)).Select(run => run.Run).Distinct().ShouldHaveSingleItem();
        runs.ShouldAllBe(run => run.Passed);
        File.ReadAllLines(log).Length.ShouldBe(workload.Items.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_item_whose_worker_was_killed_is_attempted_again(string kind)
    {
        using var node = new Node(kind);
        var began = node.Directory["began"];
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", $"echo said; echo $$ >'{began}.'$CLUSTRIX_ATTEMPT; [ $CLUSTRIX_ATTEMPT -gt 1 ] || sleep 1000"));
        var running = node.RunAsync(workload);

        await KillWorkerOfAsync(began + ".1");
        var run = await running;

        (run.Results[0].Outcome, run.Results[0].Attempts, run.Results[0].Flaky).ShouldBe((Outcome.Passed, 2, false));
        var lost = run.Results[0].OtherAttempts.ShouldHaveSingleItem();
        (lost.Number, lost.Outcome, lost.Cause).ShouldBe((1, Outcome.Lost, AttemptCause.WorkerDied));
        lost.Record!.Files.Select(file => file.Path).ShouldBe(["stdout"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_item_under_which_two_workers_were_killed_runs_with_nothing_beside_it_and_then_no_more(string kind)
    {
        using var node = new Node(kind);
        var (began, go) = (node.Directory["began"], node.Directory["go"]);
        var workload = Node.Workload(
            Node.PayloadOf(),
            Node.Item("item", $"echo $$ >'{began}.'$CLUSTRIX_ATTEMPT; sleep 1000") with { Retries = 5 },
            Node.Item("other", $"until [ -e '{go}' ]; do sleep 0.1; done"));
        var running = node.RunAsync(workload);

        await KillWorkerOfAsync(began + ".1");
        await KillWorkerOfAsync(began + ".2");
        var run = node.Store.Runs.ShouldHaveSingleItem();
        await Condition.HoldsAsync(() => Directory.GetFiles(run + "/todo").Any(entry => Path.GetFileName(entry) == "alone-c0.000000.0.3"), "the item waits until it is alone");
        File.Exists(began + ".3").ShouldBeFalse();
        File.WriteAllText(go, "");
        await KillWorkerOfAsync(began + ".3");
        var results = (await running).Results;

        results.Select(result => result.Outcome).ShouldBe([Outcome.Crashed, Outcome.Passed]);
        (results[0].Attempts, results[0].Record!.Cause, results[0].Record!.Alone).ShouldBe((3, AttemptCause.WorkerDied, true));
        results[0].OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["1: Lost (its worker died)", "2: Lost (its worker died)"]);
        results[0].OtherAttempts.ShouldAllBe(attempt => !attempt.Record!.Alone);
    }

    [Fact]
    public async Task An_item_that_passes_with_nothing_beside_it_has_passed()
    {
        using var node = new Node();
        var began = node.Directory["began"];
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", $"echo $$ >'{began}.'$CLUSTRIX_ATTEMPT; [ $CLUSTRIX_ATTEMPT -gt 2 ] || sleep 1000"));
        var running = node.RunAsync(workload);

        await KillWorkerOfAsync(began + ".1");
        await KillWorkerOfAsync(began + ".2");
        var result = (await running).Results[0];

        (result.Outcome, result.Attempts, result.Flaky, result.Record!.Alone).ShouldBe((Outcome.Passed, 3, false, true));
    }

    [Fact]
    public async Task Whoever_asks_later_hears_of_every_attempt_too()
    {
        using var node = new Node();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", "exit $((2 - CLUSTRIX_ATTEMPT))") with { Retries = 1 });
        var id = (await node.RunAsync(workload)).Run;

        await using var cluster = await node.ConnectAsync();
        var result = (await cluster.ResultsAsync(await cluster.FindRunAsync(id, node.Token), node.Token)).Results[0];

        (result.Outcome, result.Flaky).ShouldBe((Outcome.Passed, true));
        result.OtherAttempts.Select(attempt => attempt.ToString()).ShouldBe(["1: Failed (exit code 1)"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_killed_pool_is_started_again_and_nothing_that_passed_runs_twice(string kind)
    {
        using var node = new Node(kind);
        var (workload, go, log) = Waiting(node, quick: 3);
        await LoseClientAsync(node, workload, () => File.Exists(log) && File.ReadAllLines(log).Length == 4 && DoneIn(node) == 3);
        Processes.Kill(node.Store.Pools.ShouldHaveSingleItem(), withChildren: false);

        File.WriteAllText(go, "");
        var run = await node.RunAsync(workload);

        (run.Joined, run.Passed).ShouldBe((true, true));
        var lines = File.ReadAllLines(log);
        foreach (var number in Enumerable.Range(0, 3))
        {
            lines.Count(line => line == $"quick {number}").ShouldBe(1);
        }

        run.Results.ShouldAllBe(result => !result.Cached);
    }

    [Fact]
    public async Task A_pool_that_is_killed_under_a_watching_client_is_started_again_by_it()
    {
        using var node = new Node();
        var (workload, go, log) = Waiting(node, quick: 2);
        var running = node.RunAsync(workload);
        await Condition.HoldsAsync(() => File.Exists(log) && File.ReadAllLines(log).Length == 3 && DoneIn(node) == 2, "the last item waits");
        Processes.Kill(node.Store.Pools.ShouldHaveSingleItem(), withChildren: false);
        await Condition.HoldsAsync(() => File.ReadAllLines(log).Length == 4, "the last item is attempted again");

        File.WriteAllText(go, "");

        (await running).Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_its_pool_nothing_of_a_run_goes_on_for_long()
    {
        using var node = new Node();
        var mark = Guid.NewGuid().ToString("N");
        var item = Node.Item("item", "setsid sleep 1000 & sleep 1000") with { Environment = new Dictionary<string, string> { ["MARK"] = mark } };
        await LoseClientAsync(node, Node.Workload(Node.PayloadOf(), item), () => Processes.With("MARK=" + mark).Count() > 1);

        Processes.Kill(node.Store.Pools.ShouldHaveSingleItem(), withChildren: false);

        await Condition.HoldsAsync(() => !Processes.With("MARK=" + mark).Any(), "no process of the item is left");
    }

    [Fact]
    public async Task Pools_that_start_at_once_publish_every_record_once()
    {
        const int items = 30;
        using var node = new Node();
        var log = node.Directory["log"];
        var workload = Node.Workload(Node.PayloadOf(), [.. Enumerable.Range(0, items).Select(number => Node.Item($"{number}", $"echo {number} >>'{log}'"))]);
        var id = await node.SubmitAsync(workload);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            await using var session = await node.OpenAsync();
            await session.AskAsync($"start {id} c0:2", null, node.Token);
        }));
        var run = await node.RunAsync(workload);

        run.Passed.ShouldBeTrue();
        run.Run.ShouldBe(id);
        File.ReadAllLines(log).Order().ShouldBe(Enumerable.Range(0, items).Select(number => $"{number}").Order());
        var directory = node.Store.Runs.ShouldHaveSingleItem();
        Directory.GetFiles(directory + "/done").Length.ShouldBe(items);
        Directory.GetFiles(directory, "journal.*").SelectMany(File.ReadAllLines).Count(line => line.StartsWith("done ", StringComparison.Ordinal)).ShouldBe(items);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_whose_directory_is_removed_leaves_no_process_behind(string kind)
    {
        using var node = new Node(kind);
        var pid = node.Directory["pid"];
        await using var cluster = await node.ConnectAsync();
        var running = node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), Node.Item("item", $"echo $$ >'{pid}'; exec env -i sleep 1000")));
        await Condition.HoldsAsync(() => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n') && Processes.CommandLineOf(int.Parse(File.ReadAllText(pid), CultureInfo.InvariantCulture)).StartsWith("sleep", StringComparison.Ordinal), "the item runs");

        // Not at once: the workers go on writing.
        await Shell.RunAsync(node.StoreRoot, "until rm -rf run/* 2>/dev/null; do :; done");

        await Condition.HoldsAsync(() => Processes.CommandLineOf(int.Parse(File.ReadAllText(pid), CultureInfo.InvariantCulture)).Length == 0, "the item's process has ended");
        (await Should.ThrowAsync<ClustrixException>(() => running)).Code.ShouldBe(ErrorCode.UnknownRun);
    }

    [Fact]
    public async Task Half_a_line_of_a_killed_worker_s_journal_spoils_nothing()
    {
        using var node = new Node();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("one", "true"), Node.Item("two", "true"));
        await node.SubmitAsync(workload);
        File.WriteAllText(node.Store.Runs.ShouldHaveSingleItem() + "/journal.1-1", "start 0 1 17.00\ndone {\"v\":1,\"run\":\"x\",\"item\":0,\"attempt\":1,\"outc");

        (await node.RunAsync(workload, new RunOptions { Workers = 1 })).Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task Workers_that_can_t_start_are_told_of()
    {
        using var node = new Node();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", "true"));
        await node.SubmitAsync(workload);

        File.Delete(node.Store.Runs.ShouldHaveSingleItem() + "/spec");

        await using var cluster = await Cluster.ConnectAsync([node.Host], new ClusterOptions { StoreRoot = node.StoreRoot }, node.Log, new HastyClock(), node.Token);
        (await Should.ThrowAsync<ClustrixException>(() => node.RunAsync(cluster, workload))).Code.ShouldBe(ErrorCode.WorkersNotStarted);
    }

    private static int DoneIn(Node node) => Directory.GetFiles(node.Store.Runs.ShouldHaveSingleItem() + "/done").Length;

    private static (Workload Workload, string Go, string Log) Waiting(Node node, int quick = 0)
    {
        var (go, log) = (node.Directory["go"], node.Directory["log"]);
        Item[] items =
        [
            .. Enumerable.Range(0, quick).Select(number => Node.Item($"quick {number}", $"echo quick {number} >>'{log}'")),
            Node.Item("waits", $"echo waits >>'{log}'; until [ -e '{go}' ]; do sleep 0.1; done"),
        ];
        return (Node.Workload(Node.PayloadOf(), items), go, log);
    }

    // As when a client is killed: its connection ends in the middle of what it was doing.
    private static async Task LoseClientAsync(Node node, Workload workload, Func<bool> when)
    {
        var cluster = await node.ConnectAsync();
        var running = node.RunAsync(cluster, workload);
        await Condition.HoldsAsync(when, "the client can be lost");
        await cluster.DisposeAsync();
        await Should.ThrowAsync<Exception>(() => running);
    }

    internal static async Task KillWorkerOfAsync(string file)
    {
        await Condition.HoldsAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'), $"{Path.GetFileName(file)} is written");
        var item = int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        Processes.Kill(Processes.ParentOf(item), withChildren: false);
    }
}
