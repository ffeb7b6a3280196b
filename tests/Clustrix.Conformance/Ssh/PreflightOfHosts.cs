using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Preflight;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

public sealed class PreflightOfHosts
{
    [SshFact]
    public async Task Each_host_tells_its_own_trouble_and_hides_no_other_s()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(
            farm.Hosts.StartAsync("good", SshTrait.Dotnet),
            farm.Hosts.StartAsync("small", SshTrait.Busybox),
            farm.Hosts.StartAsync("bare", SshTrait.Without("tar"), SshTrait.WithoutSha256),
            farm.Hosts.StartAsync("full", SshTrait.Disk(200_000)),
            farm.Hosts.StartAsync("files", SshTrait.Inodes(40)),
            farm.Hosts.StartAsync("readonly", SshTrait.ReadOnly($"{SshNode.Home}/.cache")),
            farm.Hosts.StartAsync("noisy", SshTrait.Noisy),
            farm.Hosts.StartAsync("late"),
            farm.Hosts.StartAsync("changed"),
            farm.Hosts.StartAsync("refused"));
        (await farm.Hosts.Known("full").RunAsync("cat /dev/zero >ballast")).ExitCode.ShouldNotBe(0);
        await Node("late").RunAsRootAsync("mv /usr/bin/date /usr/bin/date.real; printf '#!/bin/sh\\nexec date.real -d -1hour \"$@\"\\n' >/usr/bin/date; chmod 755 /usr/bin/date");
        await Node("late").RunAsRootAsync("mkdir -p /etc/systemd/logind.conf.d; echo KillUserProcesses=yes >/etc/systemd/logind.conf.d/strict.conf");
        await Node("changed").ChangeHostKeyAsync();
        await Node("refused").StopServerAsync();
        string[] names = [.. nodes.Select(node => node.Name), "unknown"];

        var report = await LookAsync(farm, names);

        report.Passed.ShouldBeTrue();
        report.Hosts.Select(host => host.Host).ShouldBe(names);
        Of("good").Level.ShouldBe(FindingLevel.Ok, string.Join('\n', Of("good").Findings));
        Of("good").Facts!.Frameworks.ShouldContain(framework => framework.StartsWith("Microsoft.NETCore.App 10.", StringComparison.Ordinal));
        Of("good").Facts!.ShouldSatisfyAllConditions(
            facts => facts.HostName.ShouldBe("good"),
            facts => facts.User.ShouldBe(SshNode.User),
            facts => facts.StoreRoot.ShouldBe($"{SshNode.Home}/.cache/clustrix"));
        Of("small").Level.ShouldBe(FindingLevel.Ok, string.Join('\n', Of("small").Findings));
        Of("noisy").Level.ShouldBe(FindingLevel.Ok, string.Join('\n', Of("noisy").Findings));
        Failed("bare", ErrorCode.ToolMissing).Text.ShouldContain("tar, sha256sum");
        Failed("bare", ErrorCode.ToolMissing).Command.ShouldStartWith($"ssh -F {farm.Hosts.ConfigFile} -t bare 'sudo ");
        Failed("full", ErrorCode.StoreFull);
        Of("files").Findings.ShouldContain(finding => finding.Subject == "files" && finding.Code == ErrorCode.HostConcern);
        Failed("readonly", ErrorCode.StoreNotWritable).Text.ShouldContain("read-only");
        Failed("changed", ErrorCode.HostKeyRejected).Subject.ShouldBe("host key");
        Failed("refused", ErrorCode.HostUnreachable).Text.ShouldContain("refused");
        Failed("unknown", ErrorCode.HostUnreachable).Advice.ShouldContain("spelling");
        Of("late").Findings.Where(finding => finding.Level == FindingLevel.Warning).Select(finding => finding.Subject).ShouldBe(["clock", "logout"]);
        Of("late").Facts!.ClockSkew!.Value.TotalHours.ShouldBe(-1, 0.01);
        (await farm.Hosts.Known("good").RunAsync("ls -A .cache 2>&1")).Output.ShouldContain("No such file", customMessage: "nothing stays");

        SshNode Node(string name) => nodes.Single(node => node.Name == name);
        HostReport Of(string name) => report.Hosts.Single(host => host.Host == name);
        Finding Failed(string name, ErrorCode code) => Of(name).Findings.Where(finding => finding.Level == FindingLevel.Failure).Where(finding => finding.Code == code).ShouldHaveSingleItem();
    }

    [SshTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_host_that_can_make_few_files_more_is_full_and_nothing_else(int left)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Inodes(400));
        await using (await farm.ConnectAsync("h1"))
        {
        }

        await node.RunAsRootAsync($"mkdir {SshNode.Home}/ballast; cd {SshNode.Home}/ballast; i=0; while echo x >$i; do i=$((i + 1)); done; for last in $(ls | tail -n {left}); do rm $last; done");

        var failure = (await LookAsync(farm, ["h1"])).Hosts[0].Findings.Where(finding => finding.Level != FindingLevel.Ok).ShouldHaveSingleItem();

        (failure.Code, failure.Level).ShouldBe((ErrorCode.StoreFull, FindingLevel.Failure));
        failure.Text.ShouldContain("No space left on device");
        failure.Text.ShouldContain($" and {Clustrix.Results.Count.Of(left, "file")} free");
    }

    [SshFact]
    public async Task A_single_host_s_failures_are_the_cluster_s()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1", SshTrait.Without("tar"), SshTrait.ReadOnly($"{SshNode.Home}/.cache"));

        var report = await LookAsync(farm, ["h1"]);

        Should.Throw<ClustrixException>(report.Check).Problems.Select(problem => problem.Code).ShouldBe([ErrorCode.ToolMissing, ErrorCode.StoreNotWritable], ignoreOrder: true);
    }

    [SshFact]
    public async Task Too_few_hosts_are_a_failure_that_names_them_all()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1");

        var report = await LookAsync(farm, ["h1", "h2", "h3"], ("MinHosts", "2"));

        var problems = Should.Throw<ClustrixException>(report.Check).Problems;
        problems[0].Code.ShouldBe(ErrorCode.TooFewHosts);
        problems[0].Message.ShouldContain("1 of the 3 hosts");
        problems.Skip(1).Select(problem => problem.Message[..3]).ShouldBe(["h2:", "h3:"]);
        File.ReadAllText(farm.Directory["artifacts/clustrix/preflight.json"]).ShouldContain("\"passed\": false");
    }

    [SshFact]
    public async Task Stores_that_aren_t_as_declared_are_told()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1", SshTrait.Shared), farm.Hosts.StartAsync("h2", SshTrait.Shared));
        foreach (var root in (string[])["/tmp/own", "/shared/store"])
        {
            await using var one = await farm.ConnectAsync(new ClusterOptions { StoreRoot = root }, "h1");
            await using var other = await farm.ConnectAsync(new ClusterOptions { StoreRoot = root }, "h2");
        }

        (await LookAsync(farm, ["h1", "h2"], ("StoreRoot", "/tmp/own"))).Passed.ShouldBeTrue();
        (await LookAsync(farm, ["h1", "h2"], ("StoreRoot", "/shared/store"), ("SharedStore", "true"))).Passed.ShouldBeTrue();
        Refused(await LookAsync(farm, ["h1", "h2"], ("StoreRoot", "/shared/store"))).ShouldBe(["h1:", "h2:"]);
        Refused(await LookAsync(farm, ["h1", "h2"], ("StoreRoot", "/tmp/own"), ("SharedStore", "true"))).ShouldBe(["h2:"]);

    }

    [SshTheory]
    [InlineData("not/there/yet")]
    [InlineData("yet")]
    [InlineData("")]
    public async Task Stores_that_will_not_be_as_declared_are_told_before_there_are_any(string below)
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1", SshTrait.Shared), farm.Hosts.StartAsync("h2", SshTrait.Shared, SshTrait.Noisy));
        const string list = "find /tmp/own /shared/store | sort";
        foreach (var node in nodes)
        {
            await node.RunAsync("mkdir -p /tmp/own /shared/store");
        }

        var (own, shared) = ($"/tmp/own/{below}".TrimEnd('/'), $"/shared/store/{below}".TrimEnd('/'));
        (await LookAsync(farm, ["h1", "h2"], ("StoreRoot", own))).Passed.ShouldBeTrue();
        (await LookAsync(farm, ["h1", "h2"], ("StoreRoot", shared), ("SharedStore", "true"))).Passed.ShouldBeTrue();
        Refused(await LookAsync(farm, ["h1", "h2"], ("StoreRoot", shared))).ShouldBe(["h1:", "h2:"]);
        Refused(await LookAsync(farm, ["h1", "h2"], ("StoreRoot", own), ("SharedStore", "true"))).ShouldBe(["h2:"]);

        foreach (var node in nodes)
        {
            (await node.RunAsync(list)).Output.ShouldBe("/shared/store\n/tmp/own\n", "nothing stays");
            (await node.ProcessesOfUserAsync()).ShouldBeEmpty();
        }

        // Only one of them has a store already.
        await using (await farm.ConnectAsync(new ClusterOptions { StoreRoot = own }, "h1"))
        {
        }

        (await LookAsync(farm, ["h1", "h2"], ("StoreRoot", own))).Passed.ShouldBeTrue();
        Refused(await LookAsync(farm, ["h1", "h2"], ("StoreRoot", own), ("SharedStore", "true"))).ShouldBe(["h2:"]);
    }

    [SshFact]
    public async Task Where_it_can_t_be_told_whether_stores_will_be_shared_that_is_said()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await nodes[1].RunAsRootAsync("mv /usr/bin/mkdir /usr/bin/mkdir.real; printf '#!/bin/sh\\ncase $* in *.[01]) echo mkdir: no more of them >&2; exit 1 ;; esac\\nexec mkdir.real \"$@\"\\n' >/usr/bin/mkdir; chmod 755 /usr/bin/mkdir");

        var report = await LookAsync(farm, ["h1", "h2"]);

        report.Passed.ShouldBeTrue();
        report.Hosts[0].Level.ShouldBe(FindingLevel.Ok);
        var warning = report.Hosts[1].Findings.Where(finding => finding.Level != FindingLevel.Ok).ShouldHaveSingleItem();
        (warning.Subject, warning.Code).ShouldBe(("shared store", ErrorCode.HostConcern));
        warning.Text.ShouldContain("can't be told (mkdir: no more of them)");
    }

    private static IEnumerable<string> Refused(PreflightReport report)
    {
        report.Passed.ShouldBeFalse();
        return Should.Throw<ClustrixException>(report.Check).Problems.Where(problem => problem.Code == ErrorCode.StoresNotAsDeclared).Select(problem => problem.Message[..3]);
    }

    private static async Task<PreflightReport> LookAsync(Farm farm, string[] hosts, params (string Name, string Value)[] settings)
    {
        var client = new Client(farm.Directory.Root, Environments.Own, farm.Log, TimeProvider.System);
        (string Name, string Value)[] all = [("Hosts", string.Join(';', hosts)), ("SshConfig", farm.Hosts.ConfigFile), .. settings];
        return await client.PreflightAsync(
            ResolvedSettings.Resolve(
                all.Select(setting => new SettingValue(SettingsSchema.Find(setting.Name)!, setting.Value.Split(';'), new SettingOrigin(SettingLayer.Argument, setting.Name))), new Dictionary<string, string>(), []),
            farm.Token);
    }
}
