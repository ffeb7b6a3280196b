using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

public sealed class ConnectingToHosts
{
    [SshFact]
    public async Task A_host_that_nobody_knows_is_told_with_its_name()
    {
        await using var farm = await Farm.OpenAsync();

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("nobody.invalid"));

        failure.Code.ShouldBe(ErrorCode.HostUnreachable);
        failure.Message.ShouldContain("nobody.invalid: ");
        failure.Message.ShouldContain("Check the spelling, the DNS");
    }

    [SshFact]
    public async Task A_port_at_which_nobody_listens_is_told()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var place = $"ssh://{SshNode.User}@{node.Address}:2222";

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync(place));

        failure.Code.ShouldBe(ErrorCode.HostUnreachable);
        failure.Message.ShouldContain($"{node.Address}:2222: ");
        failure.Message.ShouldContain("which port it listens on");
    }

    [SshFact]
    public async Task A_server_with_none_of_the_ciphers_that_come_first_is_no_trouble()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1", SshTrait.ServerSetting("Ciphers chacha20-poly1305@openssh.com"));

        await using var cluster = await farm.ConnectAsync("h1");

        var (run, _) = await farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a")));
        run.Passed.ShouldBeTrue();
    }

    /// <summary>What the configuration of ssh says for one host holds for that one.</summary>
    [SshFact]
    public async Task A_cipher_that_somebody_has_chosen_stands()
    {
        await using var farm = await Farm.OpenAsync();
        var gcm = SshTrait.ServerSetting("Ciphers aes128-gcm@openssh.com");
        await Task.WhenAll(farm.Hosts.StartAsync("chosen", gcm), farm.Hosts.StartAsync("other", gcm));
        await File.AppendAllTextAsync(farm.Hosts.ConfigFile, "Host chosen\n  Ciphers aes256-ctr\n");

        await using var other = await farm.ConnectAsync("other");
        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("chosen"));

        failure.Code.ShouldBe(ErrorCode.HostUnreachable);
        failure.Message.ShouldContain("Their offer: aes128-gcm@openssh.com");
    }

    /// <summary>What a difference saves by a quicker cipher is less than the question costs.</summary>
    [SshFact]
    public async Task Ssh_is_asked_for_its_ciphers_until_a_host_has_got_a_payload()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var directory = farm.Directory;
        directory.Write("tree/a", "content");
        directory.Write("bin/ssh", "#!/bin/sh\nPATH=${PATH#*:}\ncase $* in *' -G '*) echo asked >>\"$0.log\" ;; esac\nexec ssh \"$@\"\n");
        File.SetUnixFileMode(directory["bin/ssh"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var variables = new Dictionary<string, string>(Environments.Own) { ["PATH"] = directory["bin"] + ":" + Environments.Own["PATH"] };

        for (var push = 0; push < 2; push++)
        {
            var client = new Client(directory.Root, variables, farm.Log, TimeProvider.System);
            var settings = await client.ReadSettingsAsync(
                [Value(SettingsSchema.Hosts, node.Name), Value(SettingsSchema.SshConfig, farm.Hosts.ConfigFile), Value(SettingsSchema.CacheDirectory, directory["cache"])],
                farm.Token);
            await using var connection = client.BeginConnecting(settings, farm.Token);
            var payload = await connection.PackAsync([new PayloadSource("tree", directory["tree"], "")], farm.Token);
            var cluster = await connection.ClusterAsync();
            await cluster.PushAsync(payload, Verification.Changed, farm.Token);
        }

        (await File.ReadAllLinesAsync(directory["bin/ssh.log"])).ShouldBe(["asked"]);
    }

    /// <summary>A server lets ten log in at once and turns others away by chance.</summary>
    [SshFact]
    public async Task Twenty_runs_of_twenty_clients_start_in_the_same_second()
    {
        const int clients = 20;
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.ServerSetting("MaxStartups 10:30:100"));
        var payload = await farm.PayloadAsync("a");
        var workloads = Enumerable.Range(0, clients).Select(number => Farm.Workload(payload, Farm.Item($"item {number}", $"cat a; echo {number}"))).ToList();

        var runs = await Task.WhenAll(workloads.Select(workload => Task.Run(async () =>
        {
            await using var cluster = await farm.ConnectAsync("h1");
            return await farm.RunAsync(cluster, workload);
        })));

        runs.ShouldAllBe(run => run.Run.Passed);
        runs.Select(run => run.Run.Run).Distinct().Count().ShouldBe(clients);
        runs.Select(run => File.ReadAllText(run.Items[0].Stdout!)).ShouldBe(Enumerable.Range(0, clients).Select(number => $"a\n{number}\n"));
        await Invariants.Of(node).HoldAsync();
        await farm.NothingIsLeftAsync(node);
    }

    /// <summary>The server lets a single client log in, and turns every other one away as long as it hasn't.</summary>
    [SshFact]
    public async Task A_client_that_is_turned_away_comes_again()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.ServerSetting("MaxStartups 1"));
        using var first = new System.Net.Sockets.TcpClient(node.Address, SshNode.Port);
        await Condition.HoldsAsync(async () => (await farm.Hosts.SshAsync("h1", "true")).ExitCode != 0, "the server turns others away");

        var connecting = farm.ConnectAsync("h1");
        await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromSeconds(0.3), farm.Token));
        first.Close();

        await (await connecting).DisposeAsync();
    }

    [SshFact]
    public async Task A_server_that_turns_everybody_away_is_told()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.ServerSetting("MaxStartups 1"));
        using var first = new System.Net.Sockets.TcpClient(node.Address, SshNode.Port);
        await Condition.HoldsAsync(async () => (await farm.Hosts.SshAsync("h1", "true")).ExitCode != 0, "the server turns others away");

        var failure = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync("h1"));

        (failure.Code, failure.Message.Contains("MaxStartups", StringComparison.Ordinal)).ShouldBe((ErrorCode.HostUnreachable, true));
    }

    [SshFact]
    public async Task A_banner_and_a_profile_that_talks_on_both_streams_disturb_nothing()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Noisy);
        await using var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a; for i in 1 2 3; do echo \"error: $i isn't one\" >&2; done"));

        var (run, items) = await farm.RunAsync(cluster, workload);

        run.Passed.ShouldBeTrue();
        File.ReadAllText(items[0].Stdout!).ShouldBe("a\n");
        File.ReadAllLines(items[0].Stderr!).Length.ShouldBe(3);
        farm.Log.Warnings.ShouldBeEmpty();
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    private static SettingValue Value(Setting setting, string text) => new(setting, [text], new SettingOrigin(SettingLayer.Argument, setting.Name));
}
