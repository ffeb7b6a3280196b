using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class ReusedResults
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_same_workload_again_runs_nothing(string kind)
    {
        using var node = new Node(kind);
        var log = node.Directory["log"];
        Item[] items = [.. Enumerable.Range(0, 3).Select(number => Node.Item($"{number}", $"echo {number} >>'{log}'; echo {number} >out") with { Outputs = ["out"] })];
        var payload = node.Files("payload", 2);
        await node.RunAsync(payload, items);

        var (run, collected) = await node.RunAsync(payload, items);

        run.Results.ShouldAllBe(result => result.Cached && result.Outcome == Outcome.Passed && result.Attempts == 0);
        run.Workers.ShouldBe(0);
        collected.Select(item => File.ReadAllText(item.Outputs[0].Path)).ShouldBe(["0\n", "1\n", "2\n"]);
        File.ReadAllLines(log).Length.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_of_which_everything_is_reused_is_known_and_is_kept_like_any_other(string kind)
    {
        using var node = new Node(kind);
        Item[] items = [Node.Item("item", "echo 1; echo out >out") with { Outputs = ["out"] }];
        var (first, _) = await node.RunAsync(Node.PayloadOf(), items);
        var (again, _) = await node.RunAsync(Node.PayloadOf(), items);
        await using var cluster = await node.ConnectAsync();

        CleanResult.Of(await cluster.CleanAsync(new Retention(1, long.MaxValue), dryRun: false, node.Token)).Runs.ShouldBeEmpty();
        var status = (await cluster.StatusAsync(node.Token)).Single(run => run.Run == again.Run);
        var run = await cluster.FindRunAsync(again.Run, node.Token);
        var attached = await cluster.AttachAsync(run, null, node.Token);
        var report = await cluster.CollectAsync(run, node.Directory["late"], node.Token);
        var log = cluster.OpenLog(run, 0);

        again.Run.ShouldNotBe(first.Run);
        (status.State, status.Items, status.Done, status.Cancelled).ShouldBe((RunState.Ended, 1, 1, false));
        (attached.Passed, attached.Workers, attached.Results[0].Cached).ShouldBe((true, 0, true));
        File.ReadAllText(report.Items.Single().Outputs.Single().Path).ShouldBe("out\n");
        Encoding.UTF8.GetString((await log.ReadAsync(node.Token)).Output.Span).ShouldBe("1\n");
        Directory.EnumerateFiles($"{node.StoreRoot}/run", "pool.log", SearchOption.AllDirectories).Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_run_of_which_everything_is_reused_keeps_the_run_that_it_reuses()
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        await node.RunAsync(Node.PayloadOf(), items);
        var (again, _) = await node.RunAsync(Node.PayloadOf(), items);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, $"set -- run/*/ended; for ended; do case $ended in run/{again.Run}*) ;; *) touch -t 200001010000 \"$ended\" ;; esac; done");
        await using var cluster = await node.ConnectAsync();

        CleanResult.Of(await cluster.CleanAsync(new Retention(1, long.MaxValue), dryRun: false, node.Token)).Runs.ShouldBeEmpty();

        (await cluster.CollectAsync(await cluster.FindRunAsync(again.Run, node.Token), node.Directory["late"], node.Token)).Items.Single().Outputs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Whatever_a_result_depends_on_makes_it_run_again()
    {
        using var node = new Node();
        var item = Node.Item("item", "true");
        var workload = new Workload([item], node.Files("payload", 1), "environment", "salt");
        await node.RunAsync(workload);

        Workload[] changed =
        [
            workload with { Items = [item with { Command = "true " }] },
            workload with { Items = [item with { Environment = new Dictionary<string, string> { ["A"] = "1" } }] },
            workload with { Items = [item with { Outputs = ["*"], Command = "echo >f" }] },
            workload with { Payload = node.Files("other", 1) },
            workload with { EnvironmentHash = "other" },
            workload with { Salt = "other" },
        ];
        foreach (var other in changed)
        {
            (await node.RunAsync(other)).Results[0].ShouldSatisfyAllConditions(result => result.Cached.ShouldBeFalse(), result => result.Outcome.ShouldBe(Outcome.Passed));
        }

        (await node.RunAsync(workload)).Results[0].Cached.ShouldBeTrue();
    }

    [Fact]
    public async Task A_record_whose_output_would_leave_the_artifacts_is_refused()
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo >out") with { Outputs = ["out"] }];
        await node.RunAsync(Node.PayloadOf(), items);
        await node.IdleAsync();
        await File.WriteAllTextAsync(Path.Combine(node.Store.Runs.Single(), "out"), "\n");
        var record = Directory.EnumerateFiles(Path.Combine(node.StoreRoot, "res"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(record, (await File.ReadAllTextAsync(record)).Replace("work/out", "work/../../../out", StringComparison.Ordinal));

        (await Should.ThrowAsync<ClustrixException>(() => node.RunAsync(Node.PayloadOf(), items))).Code.ShouldBe(ErrorCode.OutputEscapes);
    }

    [Fact]
    public async Task A_new_name_or_more_retries_change_nothing()
    {
        using var node = new Node();
        await node.RunAsync(Node.Workload(Node.PayloadOf(), Node.Item("item", "true")));

        var run = await node.RunAsync(Node.Workload(Node.PayloadOf(), Node.Item("other name", "true") with { Retries = 3 }));

        run.Results[0].Cached.ShouldBeTrue();
    }

    [Fact]
    public async Task Reuse_can_be_refused()
    {
        using var node = new Node();
        var log = node.Directory["log"];
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", $"echo >>'{log}'"));
        await node.RunAsync(workload);
        await node.IdleAsync();

        var run = await node.RunAsync(workload, new RunOptions { ReuseResults = false });

        (run.Results[0].Cached, run.Joined, run.Passed).ShouldBe((false, false, true));
        File.ReadAllLines(log).Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_failed_is_run_again()
    {
        using var node = new Node();
        var state = node.Directory["state"];
        var workload = Node.Workload(
            Node.PayloadOf(),
            Node.Item("fails", $"[ -e '{state}' ]"),
            Node.Item("misses", $"[ ! -e '{state}' ] || echo >out") with { Outputs = ["out"] },
            Node.Item("passes", "true"));
        (await node.RunAsync(workload)).Passed.ShouldBeFalse();
        File.WriteAllText(state, "");

        var run = await node.RunAsync(workload);

        run.Results.Select(result => (result.Outcome, result.Cached)).ShouldBe([(Outcome.Passed, false), (Outcome.Passed, false), (Outcome.Passed, true)]);
    }

    [Theory]
    [InlineData("rm run/*/att/0.1/work/out")]
    [InlineData("rm -r run/*/att/0.1")]
    [InlineData("rm -r run/*")]
    [InlineData("rm run/*.ready")]
    public async Task A_result_whose_outputs_were_removed_isn_t_reused(string removal)
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        await node.RunAsync(Node.PayloadOf(), items);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, removal);

        var (run, collected) = await node.RunAsync(Node.PayloadOf(), items);

        run.Results[0].Cached.ShouldBeFalse();
        File.ReadAllText(collected[0].Outputs[0].Path).ShouldBe("out\n");
        (await node.RunAsync(Node.PayloadOf(), items)).Run.Results[0].Cached.ShouldBeTrue();
    }

    [Fact]
    public async Task An_output_that_was_changed_after_its_item_had_ended_is_refused()
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        await node.RunAsync(Node.PayloadOf(), items);
        await Shell.RunAsync(node.StoreRoot, "echo forged >$(echo run/*/att/0.1/work/out)");

        (await Should.ThrowAsync<ClustrixException>(() => node.RunAsync(Node.PayloadOf(), items))).Code.ShouldBe(ErrorCode.OutputCorrupt);
    }

    [Theory]
    [InlineData("out")]
    [InlineData("odd name")]
    public async Task An_output_that_goes_away_before_it_is_collected_is_told_of(string name)
    {
        using var node = new Node();
        var workload = Node.Workload(Node.PayloadOf(), Node.Item("item", $"echo out >'{name}'") with { Outputs = ["*"] });
        await using var cluster = await node.ConnectAsync();
        var run = await node.RunAsync(cluster, workload);
        await Shell.RunAsync(node.StoreRoot, $"rm run/*/att/0.1/work/'{name}'");

        var problem = (await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(run, node.Directory["late"], node.Token))).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.OutputCorrupt);
        problem.Message.ShouldContain("ClustrixReuseResults=false");
    }

    [RootFact]
    public async Task Artifacts_that_don_t_fit_on_this_machine_are_told_of()
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 1);
        await using var cluster = await node.ConnectAsync();
        var run = await node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), Node.Item("item", "head -c 3000000 /dev/zero >out") with { Outputs = ["out"] }));

        (await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(run, node.Directory["disk/artifacts"], node.Token))).Code.ShouldBe(ErrorCode.ArtifactsNotWritable);
    }

    [Fact]
    public async Task Two_items_that_do_the_same_have_a_result_each()
    {
        using var node = new Node();
        Item[] items = [.. new[] { "one", "two" }.Select(name => Node.Item(name, "echo out >out") with { Outputs = ["out"] })];

        var (first, _) = await node.RunAsync(Node.PayloadOf(), items);
        var (second, collected) = await node.RunAsync(Node.PayloadOf(), items);

        first.Passed.ShouldBeTrue();
        second.Results.ShouldAllBe(result => result.Cached);
        collected.ShouldAllBe(item => File.ReadAllText(item.Outputs[0].Path) == "out\n");
    }
}
