using System.Text.RegularExpressions;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Preflight;

namespace Clustrix.Conformance;

public sealed partial class LookingAtAHost
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_has_everything_passes_and_tells_what_it_has(string kind)
    {
        using var node = new Node(kind);
        node.StoreRoot = node.Directory["not/there/yet"];

        var report = await LookAsync(node);

        report.Level.ShouldBe(FindingLevel.Ok, Told(report));
        report.Facts!.ShouldSatisfyAllConditions(
            facts => facts.StoreRoot.ShouldBe(node.StoreRoot),
            facts => facts.Cores.ShouldBePositive(),
            facts => facts.MemoryBytes.ShouldBeGreaterThan(facts.AvailableMemoryBytes),
            facts => facts.AvailableMemoryBytes.ShouldBePositive(),
            facts => facts.FreeBytes.ShouldBePositive(),
            facts => facts.HostName.ShouldNotBeEmpty(),
            facts => facts.User.ShouldNotBeEmpty(),
            facts => facts.RuntimeIdentifier.ShouldStartWith("linux-"),
            facts => facts.ClockSkew!.Value.Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1) + facts.RoundTrip));
        Text(report, "tools").ShouldContain(kind.Contains("busybox", StringComparison.Ordinal) ? "tar (busybox)" : "tar (GNU tar)");
        Text(report, "shell").ShouldStartWith(kind.Split('+')[0]);
        Text(report, "process ids").ShouldMatch("at most [0-9]{4,}");
        Directory.Exists(node.Directory["not"]).ShouldBeFalse("nothing stays");
    }

    [Fact]
    public async Task A_store_that_is_there_stays_as_it_is()
    {
        using var node = new Node();
        await node.PushAsync(node.Files("payload", 2));
        var before = Tree.Of(node.StoreRoot);

        var report = await LookAsync(node);
        report.Level.ShouldBe(FindingLevel.Ok, Told(report));

        Tree.Of(node.StoreRoot).ShouldBe(before);
    }

    [Fact]
    public async Task Nothing_that_was_planted_leads_out_of_the_store()
    {
        using var node = new Node();
        node.Directory.Write("outside/precious", "precious");
        await Shell.RunAsync(node.Directory.Root, "mkdir \"a store's root\" && ln -s \"$PWD/outside\" \"a store's root/tmp\"");
        var before = Tree.Of(node.Directory.Root);

        var report = await LookAsync(node);
        report.Level.ShouldBe(FindingLevel.Ok, Told(report));

        Tree.Of(node.Directory.Root).ShouldBe(before);
    }

    [Fact]
    public async Task All_missing_tools_are_told_with_the_command_that_installs_them()
    {
        using var node = new Node("busybox");
        foreach (var tool in new[] { "tar", "setsid", "sha256sum" })
        {
            node.Toolbox.Remove(tool);
        }

        node.Toolbox.Replace("apt-get", "exit 1");

        var finding = Failure(await LookAsync(node));

        finding.Code.ShouldBe(ErrorCode.ToolMissing);
        finding.Text.ShouldEndWith("lacks tar, setsid, sha256sum");
        finding.Command.ShouldBe("sudo apt-get install -y tar util-linux coreutils");
    }

    [Fact]
    public async Task A_dd_that_may_stop_short_is_no_dd()
    {
        using var node = new Node("busybox");
        node.Toolbox.Replace("dd", "exit 1");

        var failure = Failure(await LookAsync(node), "tools");

        failure.Text.ShouldContain("iflag=fullblock");
    }

    [Fact]
    public void The_tools_that_are_looked_for_are_those_of_the_node_program() =>
        Tools(HostProbe.Script).ShouldBe(Tools(NodeProgram.Text));

    [Fact]
    public void The_format_that_is_looked_for_is_that_of_the_node_program() =>
        NodeProgram.Text.ShouldContain($"\nformat={NodeProgram.StoreFormat}\n");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_store_that_can_t_be_made(string kind)
    {
        using var node = new Node(kind);
        node.StoreRoot = node.Directory.Write("file", "");

        Failure(await LookAsync(node)).ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe(ErrorCode.StoreNotWritable),
            finding => finding.Text.ShouldContain(node.StoreRoot),
            finding => finding.Command.ShouldStartWith("sudo install -d -o "));
        File.ReadAllText(node.StoreRoot).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_of_a_newer_format()
    {
        using var node = new Node();
        await node.PushAsync(Node.PayloadOf());
        File.WriteAllText(node.StoreRoot + "/format", "2\n");

        Failure(await LookAsync(node)).Code.ShouldBe(ErrorCode.StoreTooNew);
    }

    [RootFact]
    public async Task A_store_of_another_user_is_left_alone()
    {
        using var node = new Node();
        await node.PushAsync(Node.PayloadOf());
        await Shell.RunAsync(node.StoreRoot, "chown 65534 .");

        Failure(await LookAsync(node)).Code.ShouldBe(ErrorCode.StoreForeign);
    }

    [RootTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_disk(string kind)
    {
        using var node = new Node(kind);
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 1);
        disk.FillUpTo(0);
        node.StoreRoot = node.Directory["disk/store"];

        var failure = Failure(await LookAsync(node));

        failure.Code.ShouldBe(ErrorCode.StoreFull);
        failure.Command.ShouldContain("df -h");
    }

    [RootFact]
    public async Task A_disk_from_which_no_program_runs_and_that_has_little_space()
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 10);
        await Shell.RunAsync(node.Directory["disk"], "mount -o remount,noexec \"$PWD\"");
        node.StoreRoot = node.Directory["disk/store"];

        var report = await LookAsync(node);

        report.Passed.ShouldBeTrue();
        Warning(report, "programs").Command.ShouldBe($"sudo mount -o remount,exec '{node.Directory["disk"]}'");
        Warning(report, "space").Text.ShouldContain(" MB are free");
    }

    [RootFact]
    public async Task A_read_only_disk()
    {
        using var node = new Node();
        await using var disk = await SmallDisk.MountAsync(node.Directory["disk"], megabytes: 1);
        await Shell.RunAsync(node.Directory["disk"], "mount -o remount,ro \"$PWD\"");
        node.StoreRoot = node.Directory["disk/store"];

        var failure = Failure(await LookAsync(node));

        failure.Code.ShouldBe(ErrorCode.StoreNotWritable);
        failure.Command.ShouldBe($"sudo mount -o remount,rw '{node.Directory["disk"]}'");
    }

    [Fact]
    public async Task A_file_system_without_hard_links()
    {
        using var node = new Node("busybox");
        node.Toolbox.Replace("ln", "echo 'ln: Operation not supported' >&2; exit 1");

        var failure = Failure(await LookAsync(node));

        failure.Code.ShouldBe(ErrorCode.StoreNotWritable);
        failure.Text.ShouldContain("Operation not supported");
    }

    [Theory]
    [InlineData("echo $(($(/bin/date +%s) + 3600))", "ahead")]
    [InlineData("echo $(($(/bin/date +%s) - 3600)).000000000", "behind")]
    public async Task A_clock_that_is_off(string date, string where)
    {
        using var node = new Node();
        node.Toolbox.Replace("date", date);

        var report = await LookAsync(node);

        report.Passed.ShouldBeTrue();
        Warning(report, "clock").ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe(ErrorCode.HostConcern),
            finding => finding.Text.ShouldContain(where),
            finding => finding.Command.ShouldContain("timedatectl"));
        (report.Facts!.ClockSkew!.Value.Duration() - TimeSpan.FromHours(1)).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Low_limits_are_told_with_the_command_that_raises_them()
    {
        using var node = new Node();
        node.Host = new ShellHost(node.Host, script => "ulimit -n 200\n" + script);

        Warning(await LookAsync(node), "open files").ShouldSatisfyAllConditions(
            finding => finding.Text.ShouldContain("only 200 open files"),
            finding => finding.Command.ShouldContain("nofile 65536"));
    }

    [Fact]
    public async Task A_dotnet_that_doesn_t_start()
    {
        using var node = new Node();
        node.Toolbox.Replace("dotnet", "echo 'libstdc++.so.6: cannot open shared object file' >&2; exit 127");

        Warning(await LookAsync(node), ".NET").Text.ShouldContain("libstdc++");
    }

    [Fact]
    public async Task Talk_of_a_profile_is_passed_over()
    {
        using var node = new Node();
        node.Host = new ShellHost(node.Host, script => "echo 'store /elsewhere'; echo missing tar; printf 'no end of line'\n" + script);

        (await LookAsync(node)).Facts!.StoreRoot.ShouldBe(node.StoreRoot);
    }

    [Fact]
    public async Task A_shell_that_runs_something_else()
    {
        using var node = new Node();
        node.Host = new ShellHost(node.Host, _ => "echo Hello");

        var failure = Failure(await LookAsync(node));

        failure.Code.ShouldBe(ErrorCode.HostUnreachable);
        failure.Subject.ShouldBe("connection");
    }

    [Fact]
    public async Task A_host_that_hangs_has_its_limit_and_tells_what_it_came_to_tell()
    {
        using var node = new Node();
        node.Toolbox.Replace("df", "exec sleep 1000");

        var report = await LookAsync(node, TimeSpan.FromSeconds(3));

        var failure = Failure(report);
        failure.Code.ShouldBe(ErrorCode.HostTimeout);
        report.Facts?.Cores.ShouldBePositive();
    }

    [Fact]
    public async Task A_connection_that_ends_in_the_middle()
    {
        using var node = new Node();
        node.Toolbox.Replace("df", "kill -9 $PPID");

        var report = await LookAsync(node);

        Failure(report).Code.ShouldBe(ErrorCode.ConnectionLost);
        report.Facts!.Cores.ShouldBePositive();
    }

    [Fact]
    public async Task Whoever_cancels_doesn_t_wait()
    {
        using var node = new Node();
        node.Toolbox.Replace("df", "exec sleep 1000");
        using var cancellation = new CancellationTokenSource();
        var looking = new ClusterPreflight(node.StoreRoot, Limit, batch: null, TimeProvider.System).LookAsync([node.Host], cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(looking);
    }

    private static Task<HostReport> LookAsync(Node node) => LookAsync(node, Limit);

    private static async Task<HostReport> LookAsync(Node node, TimeSpan limit) =>
        (await new ClusterPreflight(node.StoreRoot, limit, batch: null, TimeProvider.System).LookAsync([node.Host], node.Token)).ShouldHaveSingleItem();

    private static Finding Failure(HostReport report, string? subject = null)
    {
        report.Passed.ShouldBeFalse();
        return report.Findings.Where(finding => finding.Level == FindingLevel.Failure && (subject is null || finding.Subject == subject)).ShouldHaveSingleItem(Told(report));
    }

    private static Finding Warning(HostReport report, string subject) =>
        report.Findings.Where(finding => finding.Level == FindingLevel.Warning && finding.Subject == subject).ShouldHaveSingleItem(Told(report));

    private static string Text(HostReport report, string subject) => report.Findings.First(finding => finding.Subject == subject).Text;

    private static string Told(HostReport report) => string.Join('\n', report.Findings);

    private static string[] Tools(string script) => [.. ListOfTools().Match(script).Groups[1].Value.Split(' ')];

    [GeneratedRegex("for tool in (tar gzip dd sed [a-z ]+); do")]
    private static partial Regex ListOfTools();
}
