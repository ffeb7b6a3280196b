using Clustrix.Testing;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

public sealed class FaultsOfHosts : IAsyncLifetime
{
    // A process of the user's that outlives its connection.
    private const string Background = "setsid sleep 1000 >/dev/null 2>&1 </dev/null &";

    private SshHosts _hosts = null!;
    private SshNode _node = null!;

    public async Task InitializeAsync()
    {
        if (SshHosts.Missing is null)
        {
            _hosts = await SshHosts.OpenAsync();
            _node = await _hosts.StartAsync("h1");
        }
    }

    public async Task DisposeAsync()
    {
        if (_hosts is not null)
        {
            await _hosts.DisposeAsync();
        }
    }

    [SshFact]
    public async Task A_cable_is_pulled_and_plugged_in()
    {
        await _node.UnplugAsync();
        (await _hosts.SshAsync("h1", "true", "-o", "ConnectTimeout=1")).Output.ShouldContain("timed out");

        await _node.PlugInAsync();
        await Answers();
    }

    [SshFact]
    public async Task Power_off_ends_everything()
    {
        await _node.PowerOffAsync();

        (await _hosts.SshAsync("h1", "true", "-o", "ConnectTimeout=1")).ExitCode.ShouldBe(255);
        await Should.ThrowAsync<InvalidOperationException>(_node.RebootAsync);
    }

    [SshFact]
    public async Task A_reboot_ends_processes_and_keeps_files()
    {
        await _hosts.SshAsync("h1", $"touch mark; {Background}");
        var before = await _hosts.SshAsync("h1", "cat /proc/sys/kernel/random/boot_id");

        await _node.RebootAsync();

        (await _node.ProcessesOfUserAsync()).ShouldBeEmpty();
        (await _hosts.SshAsync("h1", "ls")).Output.ShouldContain("mark");
        (await _hosts.SshAsync("h1", "cat /proc/sys/kernel/random/boot_id")).Output.ShouldNotBe(before.Output);
    }

    [SshFact]
    public async Task A_user_s_processes_are_frozen_and_go_on()
    {
        var answer = _hosts.SshAsync("h1", "while [ ! -e go ]; do sleep 0.05; done; echo went on");
        await Condition.HoldsAsync(async () => (await _node.ProcessesOfUserAsync()).Any(line => line.Contains("went on", StringComparison.Ordinal)), "the command runs");

        await _node.FreezeAsync();
        await _node.RunAsRootAsync($"touch {SshNode.Home}/go");
        (await States()).ShouldBe(["T"]);
        answer.IsCompleted.ShouldBeFalse();

        await _node.ThawAsync();
        (await answer).Output.ShouldContain("went on");
    }

    [SshFact]
    public async Task A_server_stops_and_starts()
    {
        await _node.StopServerAsync();
        (await _hosts.SshAsync("h1", "true")).Output.ShouldContain("refused");

        await _node.StartServerAsync();
        await Answers();
    }

    [SshFact]
    public async Task Connections_are_cut_and_what_they_started_goes_on()
    {
        var cut = _hosts.SshAsync("h1", $"{Background} exec sleep 1001");
        await Condition.HoldsAsync(async () => (await _node.ProcessesOfUserAsync()).Count == 2, "both processes run");

        await _node.CutConnectionsAsync();

        (await cut).ExitCode.ShouldBe(255);
        (await _node.ProcessesOfUserAsync()).ShouldContain("sleep 1000");
        await Answers();
    }

    [SshFact]
    public async Task A_host_s_key_changes()
    {
        await _node.ChangeHostKeyAsync();

        (await _hosts.SshAsync("h1", "true")).Output.ShouldContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
    }

    [SshFact]
    public async Task A_set_ends_with_the_process_that_holds_it()
    {
        using var temp = new TempDirectory();
        var script = Repository.At("eng/sshd/hosts.sh");

        // The shell holds the set as this object does, and is killed.
        var killed = await ChildProcess.RunAsync(
            "bash", ["-c", $"exec 3> >(exec '{script}' hold '{temp["set"]}' >'{temp["said"]}' 2>&1); until grep -q ready '{temp["said"]}'; do sleep 0.02; done; '{script}' up '{temp["set"]}' h1 && kill -KILL $$"], temp.Root, TimeSpan.FromSeconds(60));

        killed.ExitCode.ShouldBe(137, killed.Output);
        await Condition.HoldsAsync(
            async () => (await ChildProcess.RunAsync(script, ["list", temp["set"]], temp.Root, TimeSpan.FromSeconds(60))).Output.Contains("no set", StringComparison.Ordinal), "the set has ended");
        var init = (await File.ReadAllTextAsync(temp["set/h1/init"])).Split(' ')[0];
        await Condition.HoldsAsync(() => !Directory.Exists($"/proc/{init}"), "its host has ended");
    }

    private async Task Answers() => (await _hosts.SshAsync("h1", "true")).ExitCode.ShouldBe(0);

    private async Task<string[]> States() =>
        [.. (await _node.RunAsRootAsync($"ps -o stat= -U {SshNode.User}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(state => state[..1]).Except(["Z"])];
}
