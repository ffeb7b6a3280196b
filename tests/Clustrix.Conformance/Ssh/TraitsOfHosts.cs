using Clustrix.Testing;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

public sealed class TraitsOfHosts : IAsyncLifetime
{
    private SshHosts _hosts = null!;

    public async Task InitializeAsync()
    {
        if (SshHosts.Missing is null)
        {
            _hosts = await SshHosts.OpenAsync();
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
    public async Task A_host_has_name_user_and_home_of_its_own()
    {
        await Task.WhenAll(_hosts.StartAsync("h1"), _hosts.StartAsync("h2"));

        (await Said("h1", "uname -n; id -un; pwd; touch mark; ls")).ShouldBe($"h1 {SshNode.User} {SshNode.Home} mark");
        (await Said("h2", "uname -n; ls; ls /tmp")).ShouldBe("h2");
    }

    [SshFact]
    public async Task A_host_sees_nothing_of_the_checkout_and_no_NET()
    {
        await _hosts.StartAsync("h1");

        (await Said("h1", $"ls -d '{Repository.Root}' '{_hosts.KeyFile}' 2>/dev/null; command -v dotnet; ls -d /usr/share/dotnet /usr/lib/dotnet 2>/dev/null; :")).ShouldBe("");
    }

    [SshFact]
    public async Task A_host_sees_its_own_processes_only()
    {
        var node = await _hosts.StartAsync("h1");

        (await node.RunAsRootAsync("cat /proc/[0-9]*/comm")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBeSubsetOf(["bash", "sshd", "sh", "cat"]);
    }

    [SshFact]
    public async Task A_host_reaches_the_others_of_its_set_by_name()
    {
        var nodes = await Task.WhenAll(_hosts.StartAsync("h1"), _hosts.StartAsync("h2"));

        (await Said("h1", "getent hosts h2")).ShouldStartWith(nodes[1].Address);
        (await Said("h1", "ssh -o BatchMode=yes h2 true 2>&1; :")).ShouldContain("Permission denied", customMessage: "it is there and known, but the user has no key on h1");
    }

    [SshFact]
    public async Task Sets_don_t_meet()
    {
        await using var others = await SshHosts.OpenAsync();
        var nodes = await Task.WhenAll(_hosts.StartAsync("h1"), others.StartAsync("h1"));

        nodes[1].Address.ShouldNotBe(nodes[0].Address);
        (await _hosts.SshAsync("h1", "touch mark")).ExitCode.ShouldBe(0);
        (await others.SshAsync("h1", "ls")).ShouldBe(new ProcessOutcome(0, ""));
    }

    [SshFact]
    public async Task Dotnet_is_there_when_asked_for()
    {
        await _hosts.StartAsync("h1", SshTrait.Dotnet);

        (await Said("h1", "dotnet --list-runtimes")).ShouldContain("Microsoft.NETCore.App 10.");
    }

    [SshFact]
    public async Task Busybox_is_all_that_there_is()
    {
        await _hosts.StartAsync("h1", SshTrait.Busybox);

        (await Said("h1", "find /bin/ /sbin/ -type f; readlink /bin/sh")).ShouldBe("/bin/busybox /sbin/sshd busybox");
    }

    [SshFact]
    public async Task Tools_are_missing()
    {
        await _hosts.StartAsync("h1", SshTrait.Without("tar"), SshTrait.WithoutSha256);

        (await Said("h1", "command -v gzip tar busybox sha256sum openssl shasum; :")).ShouldBe("/usr/bin/gzip");
    }

    [SshFact]
    public async Task A_disk_can_be_filled()
    {
        await _hosts.StartAsync("h1", SshTrait.Disk(1_000_000), SshTrait.Inodes(20));

        (await Said("h1", "head -c 2000000 /dev/zero >large")).ShouldContain("No space left");
        (await Said("h1", "rm large; touch $(seq 30)")).ShouldContain("No space left");
    }

    [SshFact]
    public async Task A_directory_is_read_only()
    {
        await _hosts.StartAsync("h1", SshTrait.ReadOnly($"{SshNode.Home}/store"));

        (await Said("h1", "touch home; touch store/file")).ShouldContain("Read-only file system");
    }

    [SshFact]
    public async Task A_directory_is_shared()
    {
        await Task.WhenAll(_hosts.StartAsync("h1", SshTrait.Shared), _hosts.StartAsync("h2", SshTrait.Shared));

        await Said("h1", "echo text >/shared/file");
        (await Said("h2", "cat /shared/file")).ShouldBe("text");
    }

    [SshFact]
    public async Task A_profile_and_a_banner_talk()
    {
        await _hosts.StartAsync("h1", SshTrait.Noisy);

        var said = await Said("h1", "echo answer 2>/dev/null");

        said.ShouldContain("monitored");
        said.ShouldContain("Welcome to h1");
        said.ShouldContain("Inappropriate ioctl");
        said.ShouldContain("answer");
    }

    [SshFact]
    public async Task A_connection_has_a_single_session()
    {
        var node = await _hosts.StartAsync("h1", SshTrait.SingleSession);
        string[] shared = ["-o", "ControlMaster=auto", "-o", "ControlPersist=30", "-o", $"ControlPath={Path.Combine(_hosts.SharedDirectory, "..", "c")}"];

        var first = _hosts.SshAsync("h1", "touch begun; while [ ! -e over ]; do sleep 0.05; done", shared);
        // The way to share a connection is there before its own session is.
        await Condition.HoldsAsync(async () => (await node.RunAsync("ls begun")).ExitCode == 0, "the first session has begun");
        var second = await _hosts.SshAsync("h1", "true", [.. shared, "-v"]);
        await _hosts.SshAsync("h1", "touch over");
        await first;
        await _hosts.SshAsync("h1", "", [.. shared, "-O", "exit"]);

        second.Output.ShouldContain("Session open refused by peer");
    }

    [SshFact]
    public async Task A_trait_that_nobody_knows_is_told()
    {
        var failure = await Should.ThrowAsync<InvalidOperationException>(() => _hosts.StartAsync("h1", new SshTrait("unknown")));

        failure.Message.ShouldContain("'unknown' is no trait of a host");
    }

    private async Task<string> Said(string host, string command) =>
        string.Join(' ', (await _hosts.SshAsync(host, command)).Output.Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
}
