using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

public sealed class RunningOnHosts
{
    [SshFact]
    public async Task Items_run_there_and_their_outputs_come_back()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");

        var (run, items) = await farm.RunAsync(
            cluster, Farm.Workload(await farm.PayloadAsync("a", "b/c"), Farm.Item("item", "cat a b/c; cat /proc/sys/kernel/hostname >out") with { Outputs = ["out"] }));

        run.Passed.ShouldBeTrue();
        File.ReadAllText(items[0].Stdout!).ShouldBe("a\nb/c\n");
        File.ReadAllText(items[0].Outputs.ShouldHaveSingleItem().Path).ShouldBe("h1\n");
    }

    [SshFact]
    public async Task Hosts_share_the_items()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"), farm.Hosts.StartAsync("h3"));
        await using var cluster = await farm.ConnectAsync("h1", "h2", "h3");

        var (run, items) = await farm.RunAsync(
            cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 30).Select(number => Farm.Item($"item {number}", "cat a; cat /proc/sys/kernel/hostname"))]));

        run.Passed.ShouldBeTrue();
        items.Select(item => File.ReadAllLines(item.Stdout!)[1]).Distinct().ShouldBe(["h1", "h2", "h3"], ignoreOrder: true);
        run.Workers.ShouldBe(6);
        await Condition.HoldsAsync(
            async () => (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem() == new RunStatus(run.Run, 30, 30, RunState.Ended, false), "the pools have ended");
    }

    [SshFact]
    public async Task Items_of_a_busy_host_move_to_an_idle_one()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var cluster = await farm.ConnectAsync("h1", "h2");

        // On the first host nothing ends before everything else has.
        const string command = "[ \"$(cat /proc/sys/kernel/hostname)\" != h1 ] || { until [ -e /home/builder/go ]; do sleep 0.1; done; }";
        var running = farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 20).Select(number => Farm.Item($"item {number}", command))]));
        await Condition.HoldsAsync(
            async () => (await farm.Hosts.Known("h2").RunAsync("find .cache/clustrix/run -path '*/done/*' | wc -l")).Output.Trim() == "18", "all items but those that run on the first host have passed on the second");
        await farm.Hosts.Known("h1").RunAsync("touch go");

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.Count(item => item.Result.Host == "h1").ShouldBe(2);
    }

    [SshFact]
    public async Task A_straggler_of_one_host_is_attempted_on_an_idle_one_and_ended_where_it_was()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var cluster = await farm.ConnectAsync("h1", "h2");
        await using var other = await farm.ConnectAsync("h2");
        var options = new RunOptions { Workers = 2, ReuseResults = false, HistoryFile = farm.Directory["durations"] };
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", "cat /proc/sys/kernel/hostname; [ $(cat /proc/sys/kernel/hostname) = h2 ] || exec sleep 1000; until [ -e /home/builder/go ]; do sleep 0.1; done"))]);
        await farm.Hosts.Known("h2").RunAsync("touch go");
        await farm.RunAsync(other, workload, options);
        await farm.Hosts.Known("h2").RunAsync("rm go");

        var running = farm.RunAsync(cluster, workload, options);
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("cat .cache/clustrix/run/*/att/*/stdout | wc -l")).Output.Trim() == "2", "two items run on the first host");
        await farm.Hosts.Known("h2").RunAsync("touch go");
        var (run, items) = await running;

        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => File.ReadAllText(item.Stdout!) == "h2\n" && !item.Result.Flaky);
        run.Results.Count(result => result.OtherAttempts.Any(attempt => attempt.ToString() == "1: Lost (another attempt passed first)")).ShouldBe(2);
        await Condition.HoldsAsync(
            async () => (await farm.Hosts.Known("h1").RunAsync("grep -l Superseded .cache/clustrix/run/*/att/*/record | wc -l")).Output.Trim() == "2", "the first attempts have ended");
    }

    [SshFact]
    public async Task Hosts_with_one_store_take_from_one_queue()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1", SshTrait.Shared), farm.Hosts.StartAsync("h2", SshTrait.Shared));
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { StoreRoot = "/shared/store", SharedStore = true }, "h1", "h2");

        var (run, items) = await farm.RunAsync(
            cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 30).Select(number => Farm.Item($"item {number}", "cat a; cat /proc/sys/kernel/hostname; sleep 0.2"))]));

        run.Passed.ShouldBeTrue();
        items.Select(item => File.ReadAllLines(item.Stdout!)[1]).Distinct().ShouldBe(["h1", "h2"], ignoreOrder: true);
    }

    [SshFact]
    public async Task Hosts_fetch_the_payload_from_the_first()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"), farm.Hosts.StartAsync("h3"));
        var key = await File.ReadAllTextAsync(farm.Hosts.KeyFile);
        await nodes[1].RunAsRootAsync($"mkdir -p /home/builder/.ssh; printf '%s' '{key}' >/home/builder/.ssh/id_ed25519; chmod 600 /home/builder/.ssh/id_ed25519; chown -R builder /home/builder/.ssh");
        var content = Enumerable.Range(0, 2 << 20).SelectMany(BitConverter.GetBytes).ToArray();
        Directory.CreateDirectory(farm.Directory["payload"]);
        await File.WriteAllBytesAsync(farm.Directory["payload/large"], content);
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { CopyBetweenHosts = true }, "h1", "h2", "h3");

        var payload = await farm.PayloadAsync("a");
        var push = await cluster.PushAsync(payload, Verification.Changed, farm.Token);

        // The third host has no key: it gets everything from here.
        push.ContentBytesSent.ShouldBeInRange(2L * (8 << 20), (2L * (8 << 20)) + 100);
        farm.Log.Details.ShouldContain(detail => detail.StartsWith("h3 can't fetch from h1", StringComparison.Ordinal));
        foreach (var host in (string[])["h1", "h2", "h3"])
        {
            (await farm.Hosts.Known(host).RunAsync("cat .cache/clustrix/ws/*/large | sha256sum")).Output.Split(' ')[0].ShouldBe(payload.Files.Single(file => file.Path == "large").Digest);
        }
    }

    [SshFact]
    public async Task A_host_that_is_lost_has_its_items_attempted_elsewhere()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { HostLossTimeout = TimeSpan.FromSeconds(5) }, "h1", "h2");
        const string command = "if [ \"$(cat /proc/sys/kernel/hostname)\" = h1 ]; then touch begun; sleep 1000; fi; echo here";

        var running = farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 8).Select(number => Farm.Item($"item {number}", command))]));
        await Condition.HoldsAsync(
            async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "2", "two items run on the first host");
        await nodes[0].PowerOffAsync();

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Host == "h2" && File.ReadAllText(item.Stdout!) == "here\n");
        farm.Log.Warnings.ShouldContain(warning => warning.Message.StartsWith("h1 is lost; ", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task A_host_that_stops_and_comes_back_goes_on()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { HostLossTimeout = TimeSpan.FromMinutes(1) }, "h1");

        var running = farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "touch begun; until [ -e /home/builder/go ]; do sleep 0.1; done")));
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", "the item runs");
        await node.FreezeAsync();
        await node.ThawAsync();
        await node.CutConnectionsAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Count > 0, "the client has noticed");
        await farm.Hosts.Known("h1").RunAsync("touch go");

        (await running).Run.Passed.ShouldBeTrue();
        farm.Log.Said.ShouldContain(message => message.StartsWith("h1 is back", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task Stores_that_aren_t_as_declared_are_told_before_anything_starts()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1", SshTrait.Shared), farm.Hosts.StartAsync("h2", SshTrait.Shared));

        (await FailAsync(new ClusterOptions(), "h1", "builder@h1")).ShouldContain("h1 and builder@h1 have one and the same store");
        (await FailAsync(new ClusterOptions { StoreRoot = "/shared/store" }, "h1", "h2")).ShouldContain("set SharedStore to true");
        (await FailAsync(new ClusterOptions { SharedStore = true }, "h1", "h2")).ShouldContain("h2 doesn't see the store of h1");

        async Task<string> FailAsync(ClusterOptions options, params string[] hosts)
        {
            var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync(options, hosts));
            failure.Code.ShouldBe(ErrorCode.StoresNotAsDeclared);
            return failure.Message;
        }
    }

    [SshFact]
    public async Task What_a_host_has_that_is_away_isn_t_told_as_lost()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        string run;
        await using (var cluster = await farm.ConnectAsync("h1", "h2"))
        {
            run = (await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", "sleep 1"))]))).Run.Run;
        }

        await nodes[1].StopServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");
        var failure = await Should.ThrowAsync<ClustrixException>(async () => await later.CollectAsync(await later.FindRunAsync(run, farm.Token), farm.Directory["collected"], farm.Token));

        failure.Code.ShouldBe(ErrorCode.HostUnreachable);
        failure.Message.ShouldContain("Collect again when h2 is back");
        var status = (await later.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        status.NotAsked.ShouldBe(["h2"]);
        Account.Done(status).ShouldBe($"at least {status.Done} of 4 items done (h2 couldn't be asked)");
        (await later.FindRunAsync(run, farm.Token)).NotAsked.ShouldBe(["h2"]);
        Directory.Exists(farm.Directory["collected"]).ShouldBeFalse();
    }

    [SshFact]
    public async Task A_host_that_can_t_be_reached_is_named_and_left_out()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await nodes[1].StopServerAsync();
        await using var cluster = await farm.ConnectAsync("h1", "h2");

        var (run, _) = await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a")));

        run.Passed.ShouldBeTrue();
        var warning = farm.Log.Warnings.ShouldHaveSingleItem();
        (warning.Code, warning.Message.StartsWith("h2: ", StringComparison.Ordinal), warning.Message.Contains("left out", StringComparison.Ordinal)).ShouldBe((ErrorCode.HostUnreachable, true, true));

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync(new ClusterOptions { MinHosts = 2 }, "h1", "h2"));
        (failure.Code, failure.Message.Contains("h2 (CLX3001)", StringComparison.Ordinal)).ShouldBe((ErrorCode.TooFewHosts, true));
        failure.Message.ShouldNotContain("refused", customMessage: "the warning has told it");
    }

    [SshFact]
    public async Task A_changed_host_key_is_refused_under_every_policy_but_its_own_fingerprint()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await node.ChangeHostKeyAsync();
        var told = new Dictionary<string, string>();

        foreach (var policy in (string[])["strict", "accept-new", "SHA256:0000000000000000000000000000000000000000000"])
        {
            var failure = await Should.ThrowAsync<ClustrixException>(() => Cluster.ConnectAsync([farm.Host("h1", policy)], new ClusterOptions(), farm.Log, TimeProvider.System, farm.Token));
            failure.Code.ShouldBe(ErrorCode.HostKeyRejected, policy);
            told[policy[..6]] = failure.Problems[0].Message;
        }

        var keys = await node.RunAsRootAsync("ssh-keygen -lf /etc/ssh/host_key");
        var fingerprint = keys.Output.Split(' ').First(word => word.StartsWith("SHA256:", StringComparison.Ordinal));
        told["strict"].ShouldStartWith($"h1: the host shows another key ({fingerprint}) than the known one in {farm.Hosts.KnownHostsFile}:");
        told["strict"].ShouldContain($"remove the old key with 'ssh-keygen -f \"{farm.Hosts.KnownHostsFile}\" -R \"{node.Address}\"'");
        told["SHA256"].ShouldStartWith($"h1: the host shows the key {fingerprint} (ssh-ed25519), and HostKeyPolicy asks for SHA256:00");
        await using var cluster = await Cluster.ConnectAsync([farm.Host("h1", fingerprint)], new ClusterOptions(), farm.Log, TimeProvider.System, farm.Token);
        (await cluster.StatusAsync(farm.Token)).ShouldBeEmpty();
    }

    [SshFact]
    public async Task A_key_that_the_host_doesn_t_know_or_that_others_can_read_is_told()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        File.SetUnixFileMode(farm.Hosts.KeyFile, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("h1"));
        failure.Code.ShouldBe(ErrorCode.HostAccessDenied);
        failure.Message.ShouldContain("chmod 600");

        File.SetUnixFileMode(farm.Hosts.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await node.RunAsRootAsync(": >/etc/ssh/authorized_keys");

        failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("h1"));
        failure.Code.ShouldBe(ErrorCode.HostAccessDenied);
        failure.Message.ShouldContain($"'ssh -F {farm.Hosts.ConfigFile} -o BatchMode=yes h1 true'");
    }
}
