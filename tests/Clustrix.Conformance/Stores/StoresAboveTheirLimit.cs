using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class StoresAboveTheirLimit
{
    private const long NoLimit = long.MaxValue;

    // More than a run's directory, less than a payload.
    private const long Some = 300_000;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_oldest_run_and_its_payload_go_first_until_the_rest_fits(string kind)
    {
        using var node = new Node(kind);
        string[] runs = [await RunAsync(node, "one", 3), await RunAsync(node, "two", 2), await RunAsync(node, "three", 1)];
        var limit = await SizeAsync(node) - Some;

        var dry = await node.CleanAsync(days: 30, dryRun: true, limit);
        var result = await node.CleanAsync(days: 30, dryRun: false, limit);

        result.Runs.ShouldBe([runs[0]]);
        (result.Workspaces.Count, result.Blobs).ShouldBe((1, 10));
        (dry.Runs[0], dry.Workspaces[0], dry.Blobs, dry.Bytes).ShouldBe((result.Runs[0], result.Workspaces[0], result.Blobs, result.Bytes));
        (await SizeAsync(node)).ShouldBeLessThanOrEqualTo(limit);
        (await node.PushAsync(Files(node, "two"))).WasThere.ShouldBeTrue();
        node.Store.ShouldBeSound();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Files_that_younger_payloads_share_make_no_room_until_those_go(string kind)
    {
        using var node = new Node(kind);
        var shared = Files(node, "shared").Files;
        await PushAsync(node, Node.PayloadOf([.. shared, node.TextFile("a", "a")]), 3);
        await PushAsync(node, Node.PayloadOf([.. shared, node.TextFile("b", "b")]), 2);
        var newest = Files(node, "newest");
        await PushAsync(node, newest, 1);
        var limit = await SizeAsync(node) - Some;

        var dry = await node.CleanAsync(days: 30, dryRun: true, limit);
        var result = await node.CleanAsync(days: 30, dryRun: false, limit);

        (result.Workspaces.Count, result.Blobs).ShouldBe((2, 12));
        (dry.Workspaces.Count, dry.Blobs, dry.Bytes).ShouldBe((2, 12, result.Bytes));
        (await node.PushAsync(newest)).WasThere.ShouldBeTrue();
    }

    [Fact]
    public async Task A_payload_of_a_young_run_outlives_an_old_run_of_it()
    {
        using var node = new Node();
        await RunAsync(node, "one", 3);
        await RunAsync(node, "two", 2);
        var (again, _) = await node.RunAsync(Files(node, "one"), [Node.Item("another", "echo another")]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, $"touch -d '3 hours ago' ws/*.ready; touch -d '1 hour ago' run/{again.Run}.*/ended");
        var limit = await SizeAsync(node) - Some;

        var result = await node.CleanAsync(days: 30, dryRun: false, limit);

        result.Runs.Count.ShouldBe(2);
        result.Workspaces.Count.ShouldBe(1);
        (await node.PushAsync(Files(node, "one"))).WasThere.ShouldBeTrue();
    }

    [Fact]
    public async Task A_run_keeps_the_runs_whose_results_it_has_reused()
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        var (first, _) = await node.RunAsync(Node.PayloadOf(), items);
        await RunAsync(node, "large", 2);
        var (second, _) = await node.RunAsync(Node.PayloadOf(), [.. items, Node.Item("new", "true")]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, $"touch -d '3 hours ago' run/{first.Run}.*/ended; touch -d '1 hour ago' run/{second.Run}.*/ended");

        var result = await node.CleanAsync(days: 30, dryRun: false, await SizeAsync(node) - Some);

        result.Runs.ShouldHaveSingleItem().ShouldNotBeOneOf(first.Run, second.Run);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_in_use_stays_whatever_the_limit(string kind)
    {
        using var node = new Node(kind);
        var go = node.Directory["go"];
        await using var cluster = await node.ConnectAsync();
        var push = await cluster.PushAsync(Files(node, "leased"), Verification.Changed, node.Token);
        var running = node.RunAsync(Files(node, "running"), [Node.Item("waits", $"until [ -e '{go}' ]; do sleep 0.1; done; cat 0")]);
        await Condition.HoldsAsync(() => Directory.Exists(node.StoreRoot + "/run") && Directory.EnumerateFiles(node.StoreRoot + "/run", "current.1-1", SearchOption.AllDirectories).Any());

        var result = await node.CleanAsync(days: 0, dryRun: false, limit: 0);
        File.WriteAllText(go, "");

        (result.Runs.Count, result.Workspaces.Count, result.Blobs).ShouldBe((0, 0, 0));
        Tree.Of(push.Workspace).Count.ShouldBe(10);
        (await running).Run.Passed.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_has_the_store_cleaned_up_once_a_day(string kind)
    {
        using var node = new Node(kind);
        var old = await RunAsync(node, "old", hours: 80);
        await ExecuteAsync(node, "first", new Retention(3, NoLimit));
        RunsOf(node).ShouldContain(run => run.StartsWith(old, StringComparison.Ordinal), "the first time is tomorrow");
        await Shell.RunAsync(node.StoreRoot, "touch -d '25 hours ago' collected");

        await ExecuteAsync(node, "second", new Retention(3, NoLimit));
        RunsOf(node).ShouldNotContain(run => run.StartsWith(old, StringComparison.Ordinal));
        node.Log.Details.ShouldContain(detail => detail.Contains("1 run, 1 payload and 10 files", StringComparison.Ordinal));

        var again = await RunAsync(node, "again", hours: 80);
        await ExecuteAsync(node, "third", new Retention(3, NoLimit));
        RunsOf(node).ShouldContain(run => run.StartsWith(again, StringComparison.Ordinal), "a day isn't over");
    }

    [Fact]
    public async Task A_run_that_lets_the_store_grow_above_its_limit_has_it_cleaned_up()
    {
        using var node = new Node();
        await node.TidyAsync(new Retention(30, NoLimit));
        var limit = await SizeAsync(node) + 2_000_000;
        for (var number = 0; number < 8; number++)
        {
            await ExecuteAsync(node, $"payload {number}", new Retention(30, limit));
            await node.IdleAsync();
        }

        (await SizeAsync(node)).ShouldBeLessThan(limit + (limit / 20) + 700_000);
        RunsOf(node).Count.ShouldBeInRange(2, 7);
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task A_store_of_which_all_is_in_use_isn_t_looked_through_after_every_run()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();
        await cluster.PushAsync(Files(node, "leased"), Verification.Changed, node.Token);
        var retention = new Retention(30, 100_000);
        (await node.TidyAsync(retention, growth: 400_000)).ShouldBeNull("the first time is tomorrow");

        (await node.TidyAsync(retention, growth: 10_000)).ShouldNotBeNull();
        (await node.TidyAsync(retention, growth: 3_000)).ShouldBeNull();
        (await node.TidyAsync(retention, growth: 3_000)).ShouldNotBeNull("it has grown by a twentieth of its limit");
    }

    [Theory]
    [InlineData("echo nonsense >collected; echo 08 >grown")]
    [InlineData("echo -1 >collected; echo 99999999999999999999 >grown")]
    [InlineData(": >collected; mkdir grown")]
    [InlineData("mkdir collected; ln -s nowhere grown")]
    public async Task Nonsense_where_the_store_remembers_its_size_is_no_number(string plant)
    {
        using var node = new Node();
        await node.PushAsync(Files(node, "payload"));
        await Shell.RunAsync(node.StoreRoot, plant);

        await node.TidyAsync(new Retention(30, NoLimit), growth: 1_000);

        (await node.CleanAsync()).Blobs.ShouldBe(10);
    }

    [Fact]
    public async Task A_clean_up_that_isn_t_possible_fails_no_run()
    {
        using var node = new Node();
        await node.PushAsync(Node.PayloadOf());
        await Shell.RunAsync(node.StoreRoot, "echo 0 >collected; touch -d '25 hours ago' collected");
        node.Host = new MarkedHost(node.Host, "tidy ", () => Shell.RunAsync(node.StoreRoot, "kill -9 $(cut -d' ' -f3 tmp/*/owner)"));

        var report = await ExecuteAsync(node, "payload", new Retention(30, NoLimit));

        report.Run.Passed.ShouldBeTrue();
        node.Log.Details.ShouldContain(detail => detail.Contains("couldn't be cleaned up", StringComparison.Ordinal));
    }

    [RootTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_push_that_doesn_t_fit_makes_room_by_what_was_out_of_use_longest(bool measured)
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 6);
        node.StoreRoot = node.Directory["disk/store"];
        var oldest = Large(node, "oldest");
        await PushAsync(node, oldest, 3);
        await PushAsync(node, Files(node, "younger"), 2);
        var payload = Large(node, "new");

        var push = await node.PushAsync(payload, host: measured ? null : new UnmeasuredHost(node.Host));

        Tree.Of(push.Workspace).Count.ShouldBe(payload.Files.Count);
        node.Log.Said.ShouldHaveSingleItem().ShouldContain("the disk is full. Clustrix: 0 runs, ");
        node.Store.ShouldBeSound();
        node.Store.Blobs.Keys.ShouldNotContain(oldest.Files[0].BlobName);
    }

    [RootFact]
    public async Task A_push_that_doesn_t_fit_whatever_goes_says_so()
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 6);
        node.StoreRoot = node.Directory["disk/store"];
        var small = Files(node, "small");
        await node.PushAsync(small);
        await using var other = await node.ConnectAsync();
        await other.PushAsync(Large(node, "leased"), Verification.Changed, node.Token);

        var failure = await Should.ThrowAsync<ClustrixException>(() => node.PushAsync(Large(node, "new")));

        failure.Code.ShouldBe(ErrorCode.StoreFull);
        node.Log.Said.ShouldBeEmpty();
        (await node.PushAsync(small)).WasThere.ShouldBeTrue("what goes without making enough room goes for nothing");
    }

    private static Payload Files(Node node, string salt) => node.Files(salt, 10, lines: 4_000);

    private static Payload Large(Node node, string salt) => node.Files(salt, 40, lines: 12_000);

    private static async Task<string> RunAsync(Node node, string salt, int hours)
    {
        var (run, _) = await node.RunAsync(Files(node, salt), [Node.Item(salt, "true")]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, $"touch -d '{hours} hours ago' run/{run.Run}.*/ended ws/{Files(node, salt).Root}.ready");
        return run.Run;
    }

    private static async Task PushAsync(Node node, Payload payload, int hours)
    {
        await node.PushAsync(payload);
        await Shell.RunAsync(node.StoreRoot, $"touch -d '{hours} hours ago' ws/{payload.Root}.ready");
    }

    private static async Task<RunReport> ExecuteAsync(Node node, string salt, Retention retention)
    {
        await using var cluster = await node.ConnectAsync(new ClusterOptions { Retention = retention });
        return await cluster.ExecuteAsync(
            Node.Workload(Files(node, salt), Node.Item(salt, "true")), new Snapshot([]), Verification.Changed, new RunOptions { Workers = 1 }, node.Directory["artifacts"], null, node.Token);
    }

    private static List<string> RunsOf(Node node) => [.. node.Store.Runs.Select(run => Path.GetFileName(run)!)];

    private static async Task<long> SizeAsync(Node node)
    {
        var du = await ChildProcess.RunAsync("du", ["-sk", "."], node.StoreRoot, TimeSpan.FromMinutes(1));
        return long.Parse(du.Output.Split('\t')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
