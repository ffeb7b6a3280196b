using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class Garbage
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task All_that_nobody_uses_goes(string kind)
    {
        using var node = new Node(kind);
        var (run, _) = await node.RunAsync(node.Files("payload", 3), [Node.Item("item", "echo out >out") with { Outputs = ["out"] }]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, "set -- $(du -sk run/*.*.*/); echo $(($1 * 1024)) >../size");
        var sizeOfRun = long.Parse(File.ReadAllText(node.Directory["size"]), CultureInfo.InvariantCulture);

        var dry = await node.CleanAsync(dryRun: true);
        var result = await node.CleanAsync();

        result.Runs.ShouldBe([run.Run]);
        result.Workspaces.Count.ShouldBe(1);
        result.Blobs.ShouldBe(3);
        result.Bytes.ShouldBe(node.Files("payload", 3).Files.Sum(file => file.Size) + sizeOfRun);
        dry.Runs.ShouldBe(result.Runs);
        dry.Workspaces.ShouldBe(result.Workspaces);
        (dry.Blobs, dry.Bytes).ShouldBe((result.Blobs, result.Bytes));
        FilesLeft(node).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_whose_pool_was_killed_behind_the_last_result_goes_and_one_with_work_left_stays(string kind)
    {
        using var node = new Node(kind);
        var (run, _) = await node.RunAsync(node.Files("payload", 1), [Node.Item("item", "true")]);
        await node.IdleAsync();
        File.Delete(node.Store.Runs.ShouldHaveSingleItem() + "/ended");
        await node.SubmitAsync(Node.Workload(node.Files("other", 1), Node.Item("item", "true")));

        (await node.CleanAsync()).Runs.ShouldBe([run.Run]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pool_on_another_host_that_has_gone_silent_behind_the_last_result_is_waited_for_no_longer(string kind)
    {
        using var node = new Node(kind);
        var (run, _) = await node.RunAsync(node.Files("payload", 1), [Node.Item("item", "true")]);
        await node.IdleAsync();
        var directory = node.Store.Runs.ShouldHaveSingleItem();
        File.Delete(directory + "/ended");
        var pool = directory + "/pool-c0n1_1_0";
        await File.WriteAllTextAsync(pool, "elsewhere 0 1 1\n");

        (await node.CleanAsync()).Runs.ShouldBeEmpty();

        File.SetLastWriteTimeUtc(pool, DateTime.UtcNow.AddMinutes(-5));
        await File.WriteAllTextAsync(directory + "/beat.c0n1_1_0", "1\n");
        (await node.CleanAsync()).Runs.ShouldBeEmpty();

        File.SetLastWriteTimeUtc(directory + "/beat.c0n1_1_0", DateTime.UtcNow.AddMinutes(-5));
        (await node.CleanAsync()).Runs.ShouldBe([run.Run]);
    }

    [Fact]
    public async Task What_is_in_quarantine_is_counted_by_neither()
    {
        using var node = new Node();
        var payload = node.Files("payload", 2);
        await node.PushAsync(payload);
        await Shell.RunAsync(node.StoreRoot, "set -- cas/*/*; chmod u+w \"$1\"; echo wrong >>\"$1\"");
        await node.PushAsync(payload);

        var dry = await node.CleanAsync(dryRun: true);
        var result = await node.CleanAsync();

        (result.Blobs, dry.Blobs, dry.Bytes).ShouldBe((2, 2, result.Bytes));
    }

    [Fact]
    public async Task A_dry_run_removes_nothing()
    {
        using var node = new Node();
        await node.RunAsync(node.Files("payload", 3), [Node.Item("item", "true")]);
        await node.IdleAsync();
        var before = Tree.Of(node.StoreRoot);

        await node.CleanAsync(dryRun: true);

        Tree.Of(node.StoreRoot).ShouldBe(before);
    }

    [Fact]
    public async Task What_is_younger_than_it_may_be_stays()
    {
        using var node = new Node();
        await node.RunAsync(node.Files("payload", 3), [Node.Item("item", "true")]);
        await node.IdleAsync();

        var result = await node.CleanAsync(days: 1);

        (result.Runs.Count, result.Workspaces.Count, result.Blobs).ShouldBe((0, 0, 0));
        (await node.PushAsync(node.Files("payload", 3))).WasThere.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_older_than_it_may_be_goes()
    {
        using var node = new Node();
        await node.RunAsync(node.Files("payload", 3), [Node.Item("item", "true")]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, "touch -d '3 days ago' run/*/ended ws/*.ready");

        var result = await node.CleanAsync(days: 3);

        (result.Runs.Count, result.Workspaces.Count, result.Blobs).ShouldBe((1, 1, 3));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_session_keeps_what_it_has_pushed(string kind)
    {
        using var node = new Node(kind);
        var old = node.Files("old", 2);
        await node.PushAsync(old);
        await using var cluster = await node.ConnectAsync();
        await cluster.PushAsync(old, Verification.Changed, node.Token);
        var push = await cluster.PushAsync(node.Files("new", 2), Verification.Changed, node.Token);

        var result = await node.CleanAsync();

        (result.Workspaces.Count, result.Blobs).ShouldBe((0, 0));
        Tree.Of(push.Workspace).Count.ShouldBe(2);
        node.Store.ShouldBeSound();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_that_goes_on_keeps_its_workspace(string kind)
    {
        using var node = new Node(kind);
        var go = node.Directory["go"];
        var running = node.RunAsync(
            node.Files("payload", 2), [Node.Item("waits", $"until [ -e '{go}' ]; do sleep 0.1; done; cat 0 1 >out") with { Outputs = ["out"] }]);
        await Condition.HoldsAsync(() => Directory.Exists(node.StoreRoot + "/run") && Directory.EnumerateFiles(node.StoreRoot + "/run", "current.1-1", SearchOption.AllDirectories).Any());

        var result = await node.CleanAsync();
        File.WriteAllText(go, "");
        var (run, items) = await running;

        (result.Runs.Count, result.Workspaces.Count, result.Blobs).ShouldBe((0, 0, 0));
        run.Passed.ShouldBeTrue();
        items[0].Outputs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_run_that_lost_its_workers_keeps_its_workspace()
    {
        using var node = new Node();
        await node.SubmitAsync(new Workload([Node.Item("item", "true")], node.Files("payload", 2), "environment", ""));

        var result = await node.CleanAsync();

        (result.Runs.Count, result.Workspaces.Count, result.Blobs).ShouldBe((0, 0, 0));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_run_that_nobody_goes_on_with_goes_when_it_is_old_enough(string kind)
    {
        using var node = new Node(kind);
        var id = await node.SubmitAsync(new Workload([Node.Item("item", "true")], node.Files("payload", 2), "environment", ""));
        await Shell.RunAsync(node.StoreRoot, "touch -d '3 days ago' run/*/* run/*/ ws/*.ready");

        (await node.CleanAsync(days: 30)).Runs.ShouldBeEmpty();
        await using (var session = await node.OpenAsync())
        {
            // Whoever has a use for it keeps it.
            await session.AskAsync($"describe {id}", async (line, token) => await session.ReadBytesAsync(line.StartsWith("workload ", StringComparison.Ordinal) ? int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) : 0, token), node.Token);
            (await node.CleanAsync(days: 2)).Runs.ShouldBeEmpty();
        }

        (await node.CleanAsync(days: 2, dryRun: true)).Runs.ShouldBe([id]);
        (await node.CleanAsync(days: 2)).Runs.ShouldBe([id]);
        Directory.GetDirectories(node.StoreRoot + "/run").ShouldBeEmpty();
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Results_that_a_session_has_looked_up_can_still_be_collected()
    {
        using var node = new Node();
        var payload = Node.PayloadOf();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        await node.RunAsync(payload, items);
        await node.IdleAsync();
        await using var cluster = await node.ConnectAsync();
        var push = await cluster.PushAsync(payload, Verification.Changed, node.Token);
        var run = await cluster.RunAsync(new Workload(items, payload, "environment", ""), push, new RunOptions(), null, node.Token);

        var result = await node.CleanAsync();
        var collected = await cluster.CollectAsync(run, node.Directory["late"], node.Token);

        run.Results[0].Cached.ShouldBeTrue();
        result.Runs.ShouldBeEmpty();
        File.ReadAllText(collected[0].Outputs[0].Path).ShouldBe("out\n");
    }

    [Fact]
    public async Task A_run_keeps_the_runs_whose_results_it_has_reused()
    {
        using var node = new Node();
        var reused = Node.Item("reused", "echo out >out") with { Outputs = ["out"] };
        var (first, _) = await node.RunAsync(Node.PayloadOf(), [reused]);
        var (second, _) = await node.RunAsync(Node.PayloadOf(), [reused, Node.Item("new", "true")]);
        await node.IdleAsync();
        await Shell.RunAsync(node.StoreRoot, $"touch -d '3 days ago' run/{first.Run}.*/ended");

        var result = await node.CleanAsync(days: 2);
        var (third, items) = await node.RunAsync(Node.PayloadOf(), [reused]);

        second.Results.Select(item => item.Cached).ShouldBe([true, false]);
        result.Runs.ShouldBeEmpty();
        third.Results[0].Cached.ShouldBeTrue();
        items[0].Outputs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task After_all_is_collected_everything_runs_again()
    {
        using var node = new Node();
        Item[] items = [Node.Item("item", "echo out >out") with { Outputs = ["out"] }];
        await node.RunAsync(node.Files("payload", 2), items);
        await node.IdleAsync();
        await node.CleanAsync();

        var (run, _) = await node.RunAsync(node.Files("payload", 2), items);

        run.Results[0].Cached.ShouldBeFalse();
        run.Passed.ShouldBeTrue();
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Of_collectors_at_once_one_works_and_the_others_say_so()
    {
        using var node = new Node();
        await node.PushAsync(node.Files("payload", 50));

        var collections = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            try
            {
                return (await node.CleanAsync()).Blobs;
            }
            catch (ClustrixException e) when (e.Message.Contains("another session is collecting", StringComparison.Ordinal))
            {
                return 0;
            }
        })));

        collections.Sum().ShouldBe(50);
        FilesLeft(node).ShouldBeEmpty();
        (await node.CleanAsync()).Blobs.ShouldBe(0);
    }

    [Fact]
    public async Task A_collector_that_was_killed_doesn_t_stop_the_next_one()
    {
        using var node = new Node();
        await node.PushAsync(node.Files("payload", 1));
        File.WriteAllText(node.StoreRoot + "/collector", "elsewhere another-boot 1 1\n");
        File.SetLastWriteTimeUtc(node.StoreRoot + "/collector", DateTime.UtcNow.AddDays(-2));

        (await node.CleanAsync()).Blobs.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_that_was_planted_in_the_store_leads_out_of_it(string kind)
    {
        using var node = new Node(kind);
        await node.PushAsync(node.Files("payload", 1));
        node.Directory.Write("outside/in/ab/precious", "precious");
        node.Directory.Write("outside/owner", "elsewhere another-boot 1 1\n");
        node.Directory.Write("outside/precious", "precious");
        File.SetUnixFileMode(node.Directory["outside"], (UnixFileMode)0b101_000_000);
        await Shell.RunAsync(
            node.StoreRoot,
            """
            out=$(cd ../outside && pwd)
            touch -d '3 days ago' ../outside/owner
            ln -s "$out" tmp/planted; ln -s "$out" ws/planted; ln -s "$out" ws/planted.blobs; ln -s "$out" run/planted; ln -s "$out" trash/planted
            ln -s "$out" cas/zz; ln -s "$out" res/zz; ln -s "$out" quarantine/zz; ln -s "$out/precious" cas/precious
            ln -s "$out/precious" ws/planted.ready
            echo '../../outside x' >run/evil.ready; echo '../outside x' >ws/evil.ready; echo '.. x' >ws/worse.ready; echo '../outside' >ws/evil.blobs
            mkdir -p run/dir.1; ln -s "$out/precious" run/dir.1/ended; echo 'dir.1' >run/dir.ready
            mkdir -p run/old.1; echo >run/old.1/ended; echo 'old.1' >run/old.ready; echo '1 ../../outside' >run/old.1/spec; printf '../../outside\n.\n*\n' >run/old.1/needs
            ln -s "$out" collector; ln -s "$out" collected; ln -s "$out" grown
            """);
        var before = Tree.Of(node.Directory["outside"]);

        await node.TidyAsync(new Retention(0, 0), growth: 1_000_000);
        await node.CleanAsync(days: 1, dryRun: true, limit: 0);
        await node.CleanAsync(days: 1, limit: 0);
        await node.CleanAsync();
        await node.PushAsync(node.Files("other", 1));
        await node.CleanAsync();

        Tree.Of(node.Directory["outside"]).ShouldBe(before);
        File.GetUnixFileMode(node.Directory["outside"]).ShouldBe((UnixFileMode)0b101_000_000);
    }

    [Fact]
    public async Task What_a_dead_session_has_left_goes()
    {
        using var node = new Node();
        await node.PushAsync(Node.PayloadOf());
        node.Directory.Write("a store's root/tmp/99999.1/owner", "elsewhere another-boot 1 1\n");
        node.Directory.Write("a store's root/tmp/99999.1/tree/file", "half");
        node.Directory.Write("a store's root/tmp/99999.2/ownerless", "");
        node.Directory.Write("a store's root/tmp/99999.3/ownerless", "");
        await Shell.RunAsync(node.StoreRoot, "touch -d '3 days ago' tmp/99999.1/owner tmp/99999.2");

        await node.CleanAsync();

        node.Store.Sessions.ShouldBe([node.StoreRoot + "/tmp/99999.3"], "it may be just beginning");
    }

    private static IEnumerable<string> FilesLeft(Node node) =>
        new[] { "cas", "ws", "run", "res", "tmp", "trash" }.SelectMany(part => Directory.EnumerateFiles(Path.Combine(node.StoreRoot, part), "*", SearchOption.AllDirectories));
}
