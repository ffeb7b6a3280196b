using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>Hosts that lack what a run needs: space, files, a store that can be written, tools.</summary>
public sealed class PoorHosts
{
    private static readonly string Ballast = $"{SshNode.Home}/ballast";

    [SshFact]
    public async Task What_doesn_t_fit_on_the_disk_isn_t_pushed()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(3_000_000));
        farm.Directory.Write("payload/large", new string('x', 8_000_000));
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a"));
        await using var cluster = await farm.ConnectAsync("h1");

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.RunAsync(cluster, workload));

        (failure.Code, failure.Problems[0].Message.StartsWith("h1: ", StringComparison.Ordinal)).ShouldBe((ErrorCode.StoreFull, true));
        await Invariants.Of(node).HoldAsync();
    }

    /// <summary>Wherever the space runs out: from what a connection leaves behind down to nothing.</summary>
    [SshFact]
    public async Task A_disk_that_is_full_at_any_step_is_told_and_spoils_nothing()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        var passed = 0;
        await using (await farm.ConnectAsync("h1"))
        {
        }

        for (var kilobytes = 0; kilobytes <= 400; kilobytes += kilobytes < 120 ? 12 : 70)
        {
            farm.Directory.Write("payload/noise", Noise(kilobytes, 60_000));
            var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item($"item {kilobytes}", "head -c 40000 noise; cp noise out") with { Outputs = ["out"] });
            await FillAsync(node, kilobytes);

            passed += await PassesAsync(farm, null, workload) ? 1 : 0;

            await node.RunAsRootAsync($"rm -f {Ballast}");
            await Invariants.Of(node).HoldAsync();
            await using var cluster = await farm.ConnectAsync("h1");
            var (run, _) = await farm.RunAsync(cluster, workload);
            run.Passed.ShouldBeTrue($"{kilobytes}");
            await Invariants.Of(node).HoldAsync(run, workload);
            await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token);
        }

        passed.ShouldBeInRange(1, 12, "some fail and some fit");
        await farm.NothingIsLeftAsync(node);
    }

    [SshFact]
    public async Task A_disk_without_a_free_byte_can_be_cleaned_up()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        farm.Directory.Write("payload/noise", Noise(0, 400_000));
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cp noise out") with { Outputs = ["out"] });
        string run;
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            run = (await farm.RunAsync(cluster, workload)).Run.Run;
        }

        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "the pool has ended");
        foreach (var file in (string[])[Ballast, Ballast + "2"])
        {
            await node.RunAsRootAsync($"cat /dev/zero >{file}");
        }

        (await node.RunAsRootAsync($": >{Ballast}3 && echo x >{Ballast}3")).ExitCode.ShouldNotBe(0, "the disk is full");
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            CleanResult.Of(await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token)).Runs.ShouldBe([run]);
        }

        // The payload's files, and the run's.
        (await node.RunAsRootAsync($"head -c 700000 /dev/zero >{Ballast}4")).ExitCode.ShouldBe(0, "there is room again");
        await Invariants.Of(node).HoldAsync();
        (await node.RunAsRootAsync($"ls {SshNode.Home}/.cache/clustrix/reserve")).ExitCode.ShouldBe(0, "the next time too");
    }

    [SshFact]
    public async Task What_fails_on_a_full_disk_is_no_failure_of_the_item_and_the_run_can_be_finished_later()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        farm.Directory.Write("payload/noise", Noise(0, 60_000));
        var item = Farm.Item("item", "touch begun; until [ -e /home/builder/go ]; do sleep 0.05; done; cat noise >out && cat a") with { Outputs = ["out"] };
        var workload = Farm.Workload(await farm.PayloadAsync("a"), item);
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            var running = PassesAsync(farm, cluster, workload);
            await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", "the item runs");
            await node.RunAsRootAsync($"cat /dev/zero >{Ballast}; touch {SshNode.Home}/go");
            (await running).ShouldBeFalse();
        }

        await node.RunAsRootAsync($"rm -f {Ballast}");
        await Invariants.Of(node).HoldAsync();
        await using var again = await farm.ConnectAsync("h1");
        var (run, items) = await farm.RunAsync(again, workload);

        run.Passed.ShouldBeTrue();
        File.ReadAllText(items[0].Stdout!).ShouldBe("a\n");
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task An_item_that_fills_the_disk_has_failed_and_what_it_wrote_goes()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("fills", "cat /dev/zero >out") with { Outputs = ["out"] },
            Farm.Item("comes later", "cat a >out && cat out") with { Outputs = ["out"] });
        await using var cluster = await farm.ConnectAsync("h1");

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });

        run.Results.Select(result => result.Outcome).ShouldBe([Outcome.Failed, Outcome.Passed]);
        File.ReadAllText(items[0].Stderr!).ShouldMatch(@"clustrix: the disk was full; the \d+ kB that this item had written were removed\n$");
        (await node.RunAsRootAsync($"head -c 2000000 /dev/zero >{Ballast}")).ExitCode.ShouldBe(0, "there is room again");
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    [SshTheory]
    [InlineData("yes 0123456789abcdef", 1)]
    [InlineData("yes 0123456789abcdef >&2", 0)]
    [InlineData("head -c 100000 /dev/zero >out; yes 0123456789abcdef", 1)]
    public async Task An_item_that_fills_the_disk_with_a_log_has_failed_and_the_end_of_the_log_is_kept(string command, int noise)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("fills", command) with { Outputs = ["out"] },
            Farm.Item("comes later", "cat a >out && cat out") with { Outputs = ["out"] });
        await using var cluster = await farm.ConnectAsync("h1");

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });

        run.Results.Select(result => result.Outcome).ShouldBe([Outcome.Failed, Outcome.Passed]);
        var flood = File.ReadAllLines(noise == 1 ? items[0].Stdout! : items[0].Stderr!);
        flood[0].ShouldMatch(@"^clustrix: at least \d{7} bytes were left out here \(the disk was full\)$");
        flood.Count(line => line == "0123456789abcdef").ShouldBeInRange(900, 1000, "16 KiB of it");
        File.ReadAllText(items[0].Stderr!).ShouldMatch(@"clustrix: the disk was full; the \d+ kB that this item had written were removed\n$");
        (await node.RunAsRootAsync($"head -c 2000000 /dev/zero >{Ballast}")).ExitCode.ShouldBe(0, "there is room again");
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task A_log_that_was_shortened_before_the_item_filled_the_disk_says_so_once()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(6_000_000));
        const string flood = "yes 0123456789abcdef | head -c 300016; until [ $(wc -c <../stdout) -lt 20000 ]; do sleep 0.05; done; echo last";
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("fills", $"head -c 150000 /dev/zero >spare; {flood}; cat /dev/zero >out; rm spare; exit 3"));
        await using var cluster = await farm.ConnectAsync("h1");

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 1, LogLimit = 20_000 });

        run.Results.Select(result => (result.Outcome, result.Record!.ExitCode)).ShouldBe([(Outcome.Failed, 3)]);
        var log = File.ReadAllLines(items[0].Stdout!);
        log.Where(line => line.StartsWith("clustrix: ", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldBe(log[0]);
        log[^1].ShouldBe("last");
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task A_run_that_stopped_on_a_full_disk_says_how_it_is_given_up_and_then_makes_room()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(4_000_000));
        var item = Farm.Item("item", "head -c 200000 /dev/zero >large; touch begun; until [ -e /home/builder/go ]; do sleep 0.05; done; cat /dev/zero >out") with { Outputs = ["out"] };
        var workload = Farm.Workload(await farm.PayloadAsync("a"), item);
        ClustrixException failure;
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            var running = farm.RunAsync(cluster, workload);
            await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", "the item runs");
            await node.RunAsRootAsync($"cat /dev/zero >{Ballast}; touch {SshNode.Home}/go");
            failure = await Should.ThrowAsync<ClustrixException>(() => running);
        }

        string run;
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            run = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
            CleanResult.Of(await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token)).Runs.ShouldBeEmpty("somebody may go on with it");
        }

        failure.Problems.ShouldHaveSingleItem().Message.ShouldContain($"'clustrix cancel {run}'");
        failure.Problems[0].Message.ShouldContain("ClustrixClean with ClustrixKeepDays=0 give back the room");
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            await node.RunAsRootAsync($"cat /dev/zero >{Ballast}2");
            (await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync(run, farm.Token))).Code.ShouldBe(ErrorCode.StoreFull, "the run is known");
            await node.RunAsRootAsync($"rm {Ballast}2");
            await cluster.CancelAsync(run, farm.Token);
        }

        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            CleanResult.Of(await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token)).Runs.ShouldBe([run]);
        }

        (await node.RunAsRootAsync($"head -c 200000 /dev/zero >{Ballast}2")).ExitCode.ShouldBe(0, "there is room again");
        await Invariants.Of(node).HoldAsync();
    }

    [SshTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_disk_without_room_for_another_file_can_be_cleaned_up(int left)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Inodes(900));
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a"));
        string run;
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            run = (await farm.RunAsync(cluster, workload)).Run.Run;
        }

        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "the pool has ended");
        await node.RunAsRootAsync($"mkdir {Ballast}; cd {Ballast}; i=0; while echo x >$i; do i=$((i + 1)); done; for last in $(ls | tail -n {left}); do rm $last; done");
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            CleanResult.Of(await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token)).Runs.ShouldBe([run]);
        }

        (await node.RunAsRootAsync($"cd {Ballast} && touch one more and another")).ExitCode.ShouldBe(0, "there is room again");
        await Invariants.Of(node).HoldAsync();
        (await node.RunAsRootAsync($"ls {SshNode.Home}/.cache/clustrix/reserve/name")).ExitCode.ShouldBe(0, "the next time too");
    }

    [SshTheory]
    [InlineData(40)]
    [InlineData(400)]
    public async Task A_disk_without_room_for_another_file_is_told(int files)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Inodes(files));
        var workload = Farm.Workload(await farm.PayloadAsync([.. Enumerable.Range(0, 200).Select(number => $"{number}")]), Farm.Item("item", "cat 1"));

        var failure = await Should.ThrowAsync<ClustrixException>(async () =>
        {
            await using var cluster = await farm.ConnectAsync("h1");
            await farm.RunAsync(cluster, workload);
        });

        failure.Code.ShouldBe(ErrorCode.StoreFull);
        failure.Problems[0].Message.ShouldStartWith("h1: ");
        await Invariants.Of(node).HoldAsync();
    }

    [SshFact]
    public async Task A_store_that_can_t_be_written_is_told_with_its_place()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1", SshTrait.ReadOnly($"{SshNode.Home}/store"));

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync(new ClusterOptions { StoreRoot = $"{SshNode.Home}/store" }, "h1"));

        failure.Code.ShouldBe(ErrorCode.StoreNotWritable);
        failure.Problems[0].Message.ShouldStartWith($"h1: the store can't be made or written ({SshNode.Home}/store: ");
        failure.Problems[0].Message.ShouldContain("Read-only file system");
    }

    /// <summary>As when a disk's driver has given up on it.</summary>
    [SshFact]
    public async Task A_store_that_becomes_read_only_is_told_with_its_place()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a"));
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            await farm.RunAsync(cluster, workload);
        }

        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "the pool has ended");
        await node.RunAsRootAsync("mount -o remount,ro /home");
        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("h1"));
        await node.RunAsRootAsync("mount -o remount,rw /home");

        failure.Code.ShouldBe(ErrorCode.StoreNotWritable);
        failure.Problems[0].Message.ShouldStartWith($"h1: the store can't be made or written ({SshNode.Home}/.cache/clustrix");
        await Invariants.Of(node).HoldAsync();
    }

    [SshFact]
    public async Task A_missing_tool_is_named_with_its_host()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1", SshTrait.Without("tar")), farm.Hosts.StartAsync("h2", SshTrait.WithoutSha256), farm.Hosts.StartAsync("h3"));

        foreach (var (host, tool) in (ReadOnlySpan<(string, string)>)[("h1", "tar"), ("h2", "sha256sum")])
        {
            var failure = Should.Throw<ClustrixException>(() => farm.ConnectAsync(host));
            failure.Code.ShouldBe(ErrorCode.ToolMissing);
            failure.Problems[0].Message.ShouldStartWith($"{host}: the host lacks {tool}. Install it there");
        }

        await using var cluster = await farm.ConnectAsync("h1", "h2", "h3");
        var (run, _) = await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a")));
        run.Passed.ShouldBeTrue();
        farm.Log.Warnings.Select(warning => (warning.Code, warning.Message[..3])).ShouldBe([(ErrorCode.ToolMissing, "h1:"), (ErrorCode.ToolMissing, "h2:")]);
    }

    [SshFact]
    public async Task A_clean_up_that_has_no_room_for_itself_says_so()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Inodes(900));
        await using var cluster = await farm.ConnectAsync("h1");
        await node.RunAsRootAsync($"rm -r {SshNode.Home}/.cache/clustrix/reserve; mkdir {Ballast}; cd {Ballast}; i=0; while echo x >$i; do i=$((i + 1)); done");

        var failure = await Should.ThrowAsync<ClustrixException>(() => cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token));

        (failure.Code, failure.Problems[0].Message.StartsWith("h1: no space is left for the store, not even for what a clean-up writes (", StringComparison.Ordinal)).ShouldBe((ErrorCode.StoreFull, true));
    }

    // Whether everything fitted; what didn't must be told as that.
    private static async Task<bool> PassesAsync(Farm farm, Cluster? there, Workload workload)
    {
        try
        {
            await using var cluster = there is null ? await farm.ConnectAsync("h1") : null;
            var (run, _) = await farm.RunAsync(there ?? cluster!, workload, new RunOptions { Workers = 1 });
            return run.Passed;
        }
        catch (ClustrixException e)
        {
            e.Code.ShouldBe(ErrorCode.StoreFull, e.Message);
            e.Message.ShouldContain("h1");
            return false;
        }
    }

    private static async Task FillAsync(SshNode node, int kilobytesLeft) => (await node.RunAsRootAsync(
        $"head -c $((($(df -Pk /home | sed -n '$s/.* \\([0-9][0-9]*\\)  *[0-9]*% .*/\\1/p') - {kilobytesLeft}) * 1024)) /dev/zero >{Ballast}")).ExitCode.ShouldBe(0);

    // What can't be compressed, and is another text for each salt.
    private static string Noise(int salt, int length)
    {
        var noise = new System.Text.StringBuilder(length + 64);
        for (var number = 0; noise.Length < length; number++)
        {
            noise.Append(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{salt} {number}"))));
        }

        return noise.ToString();
    }
}
