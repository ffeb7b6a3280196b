using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>One of several hosts has no room left: the others do the work.</summary>
public sealed class FullHostsOfACluster
{
    private static readonly string Ballast = $"{SshNode.Home}/ballast";

    /// <summary>The payload is there already, and the run itself finds no room.</summary>
    [SshTheory]
    [InlineData("h1", "h2")]
    [InlineData("h2", "h1")]
    public async Task One_that_is_full_before_the_run_is_left_out(string first, string second)
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2", SshTrait.Disk(8_000_000)));
        var payload = await farm.PayloadAsync("a");
        await using var cluster = await farm.ConnectAsync(first, second);
        (await farm.RunAsync(cluster, Farm.Workload(payload, Farm.Item("brings the payload", "cat a")))).Run.Passed.ShouldBeTrue();
        await nodes[1].RunAsRootAsync($"cat /dev/zero >{Ballast}; cat /dev/zero >{Ballast}2");
        var workload = Farm.Workload(payload, [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", $"cat a; echo {number}"))]);

        var (run, items) = await farm.RunAsync(cluster, workload);

        run.Passed.ShouldBeTrue();
        run.Results.Select(result => result.Host).ShouldAllBe(host => host == "h1");
        items.Select(item => File.ReadAllText(item.Stdout!)).ShouldBe(["a\n0\n", "a\n1\n", "a\n2\n", "a\n3\n"]);
        farm.Log.Warnings.ShouldContain(warning => warning.Code == ErrorCode.StoreFull && warning.Message.StartsWith("h2: ", StringComparison.Ordinal) && warning.Message.EndsWith("The host is left out.", StringComparison.Ordinal));
        await Invariants.Of(nodes[0]).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task What_one_can_t_finish_that_becomes_full_is_attempted_on_another()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2", SshTrait.Disk(8_000_000)));
        farm.Directory.Write("payload/noise", new string('x', 100_000));
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            [.. Enumerable.Range(0, 2).Select(number => Farm.Item($"item {number}", "touch begun; until [ -e ~/go ]; do sleep 0.05; done; cat noise >out && cat a") with { Outputs = ["out"] })]);
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { HostLossTimeout = TimeSpan.FromSeconds(5) }, "h1", "h2");
        var running = farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });
        foreach (var node in nodes)
        {
            await Condition.HoldsAsync(async () => (await node.RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", $"{node.Name} is at work");
        }

        await nodes[1].RunAsRootAsync($"cat /dev/zero >{Ballast}; cat /dev/zero >{Ballast}2; touch {SshNode.Home}/go");
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Message.StartsWith("h2 is lost; 1 item ", StringComparison.Ordinal)), "h2's item goes to h1");
        await nodes[0].RunAsRootAsync($"touch {SshNode.Home}/go");

        var (run, _) = await running;
        run.Passed.ShouldBeTrue();
        run.Results.Select(result => result.Host).ShouldAllBe(host => host == "h1");
        await Invariants.Of(nodes[0]).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task What_has_passed_on_one_that_becomes_full_is_brought_with_the_run_s_end()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2", SshTrait.Disk(8_000_000)));
        const string command = "[ $(uname -n) = h2 ] || until [ -e ~/go ]; do sleep 0.05; done; head -c 2000000 /dev/urandom >out";
        var workload = Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 2).Select(number => Farm.Item($"item {number}", command) with { Outputs = ["out"] })]);
        await using var cluster = await farm.ConnectAsync("h1", "h2");
        var running = farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });
        await Condition.HoldsAsync(async () => (await nodes[1].RunAsync("ls .cache/clustrix/run/*/done/*")).ExitCode == 0, "h2 has passed its item");
        await nodes[1].RunAsRootAsync($"cat /dev/zero >{Ballast}; cat /dev/zero >{Ballast}2");
        await nodes[0].RunAsRootAsync($"touch {SshNode.Home}/go");

        var (run, items) = await running;

        run.Passed.ShouldBeTrue();
        run.Results.Select(result => result.Host).Order().ShouldBe(["h1", "h2"]);
        items.Select(item => item.Outputs.ShouldHaveSingleItem().Size).ShouldBe([2_000_000, 2_000_000]);
    }
}
