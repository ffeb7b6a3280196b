using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>A host that lets one in while what runs there doesn't go on.</summary>
public sealed class StoppedProcesses
{
    // Half of it is the shortest time after which a standstill is told.
    private static readonly ClusterOptions Options = new() { HostLossTimeout = TimeSpan.FromSeconds(20) };

    [SshFact]
    public async Task Items_of_a_host_whose_processes_are_stopped_are_attempted_elsewhere()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        const string command = "if [ \"$(cat /proc/sys/kernel/hostname)\" = h1 ]; then touch begun; sleep 1000; fi; echo here";

        var running = farm.RunAsync(cluster, Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", command))]), new RunOptions { Workers = 1 });
        await BegunAsync(farm);
        await StopAsync(nodes[0]);

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items.ShouldAllBe(item => item.Result.Host == "h2" && File.ReadAllText(item.Stdout!) == "here\n");
        var warning = farm.Log.Warnings.First(warning => warning.Message.Contains("stood still", StringComparison.Ordinal));
        (warning.Code, warning.Message.StartsWith("h1 answers, but its processes of run", StringComparison.Ordinal), warning.Message.Contains("At work there: 'item ", StringComparison.Ordinal)).ShouldBe((ErrorCode.HostTimeout, true, true));
        farm.Log.Warnings.ShouldContain(warning => warning.Message.StartsWith("h1 is lost; ", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task A_host_of_its_own_is_told_and_the_run_goes_on_when_the_processes_do()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("quiet", "touch begun; until [ -e /home/builder/go ]; do sleep 0.1; done; cat a"));
        await using (var cluster = await farm.ConnectAsync(Options, "h1"))
        {
            var running = farm.RunAsync(cluster, workload);
            await BegunAsync(farm);
            await StopAsync(node);
            var failure = await Should.ThrowAsync<ClustrixException>(() => running);
            (failure.Code, failure.Message.Contains("'clustrix attach", StringComparison.Ordinal)).ShouldBe((ErrorCode.HostTimeout, true));
        }

        await node.ThawAsync();
        await node.RunAsRootAsync($"touch {SshNode.Home}/go");
        await using var later = await farm.ConnectAsync(Options, "h1");
        var (run, _) = await farm.RunAsync(later, workload);
        (run.Passed, run.Joined || run.Results[0].Cached, run.Results[0].Record!.Attempt).ShouldBe((true, true, 1));
    }

    // Not the connections: whoever asks is answered. What has ended when its turn comes is no failure: kill says so all the same.
    private static Task StopAsync(SshNode node) => node.RunAsRootAsync("kill -STOP $(grep -lz '^CLUSTRIX_RUN=' /proc/[0-9]*/environ | sed 's/[^0-9]//g')");

    private static Task BegunAsync(Farm farm) => Condition.HoldsAsync(
        async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", "an item runs on the first host");
}
