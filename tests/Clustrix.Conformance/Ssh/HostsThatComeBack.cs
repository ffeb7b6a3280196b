using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>A host fails while a run is under way on others too, each with a store of its own, and may come back before the run's end.</summary>
public sealed class HostsThatComeBack
{
    private static readonly ClusterOptions Options = new() { HostLossTimeout = TimeSpan.FromSeconds(5) };

    // Each item waits until its host is let go.
    private static readonly string Command = $"until [ -e {SshNode.Home}/go ]; do sleep 0.1; done";

    [SshFact]
    public async Task What_it_has_done_by_then_is_done_again_by_whoever_gets_it()
    {
        await using var farm = await Farm.OpenAsync();
        await using var cluster = await ConnectAsync(farm);
        var running = RunAsync(farm, cluster);
        var (other, lost) = (farm.Hosts.Known("h1"), farm.Hosts.Known("h2"));
        await HoldsAsync(lost, "claim/*", 1);
        await lost.StopServerAsync();
        await lost.CutConnectionsAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Message.StartsWith("h2 is lost; 2 items", StringComparison.Ordinal)), "the host is given up");
        await LetGoAsync(lost);
        await HoldsAsync(lost, "done/*", 2);
        await lost.StartServerAsync();
        await HoldsAsync(other, "given/*.2", 1);
        await LetGoAsync(other);

        var run = await running;

        run.Passed.ShouldBeTrue();
        run.Results.ShouldContain(result => result.Host == "h2" && result.Record!.Attempt == 2);
    }

    [SshFact]
    public async Task What_neither_of_two_hosts_has_is_given_out_again()
    {
        await using var farm = await Farm.OpenAsync();
        await using var cluster = await ConnectAsync(farm);
        var running = RunAsync(farm, cluster);
        var host = farm.Hosts.Known("h2");
        await HoldsAsync(host, "claim/*", 1);
        await host.RunAsync("rm .cache/clustrix/run/*/todo/*");
        await LetGoAsync(host);
        await LetGoAsync(farm.Hosts.Known("h1"));

        (await running).Passed.ShouldBeTrue();
    }

    [SshTheory]
    [InlineData("its store is gone", ErrorCode.UnknownRun)]
    [InlineData("its key has changed", ErrorCode.HostKeyRejected)]
    [InlineData("it lets nobody in", ErrorCode.HostAccessDenied)]
    [InlineData("it has lost a tool", ErrorCode.ToolMissing)]
    public async Task Whatever_is_the_matter_with_it_its_items_are_attempted_on_the_others(string what, ErrorCode code)
    {
        await using var farm = await Farm.OpenAsync();
        await using var cluster = await ConnectAsync(farm);
        var running = RunAsync(farm, cluster);
        var host = farm.Hosts.Known("h2");
        await HoldsAsync(host, "claim/*", 1);
        await (what switch
        {
            "its store is gone" => host.RunAsync("rm -rf .cache/clustrix"),
            "its key has changed" => host.ChangeHostKeyAsync(),
            "it lets nobody in" => host.RunAsRootAsync("true >/etc/ssh/authorized_keys"),
            _ => host.RunAsRootAsync("mv $(command -v tar) /home/builder/tar"),
        });
        await host.CutConnectionsAsync();
        await LetGoAsync(farm.Hosts.Known("h1"));

        var run = await running;

        run.Results.ShouldAllBe(result => result.Outcome == Outcome.Passed && result.Host == "h1");
        farm.Log.Warnings.ShouldContain(warning => warning.Code == code && warning.Message.EndsWith("Unless that is mended soon, other hosts do its work.", StringComparison.Ordinal));
    }

    private static async Task<Cluster> ConnectAsync(Farm farm)
    {
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        return await farm.ConnectAsync(Options, "h1", "h2");
    }

    // Each host has an item in hand and another one in its queue.
    private static async Task<RunResult> RunAsync(Farm farm, Cluster cluster)
    {
        var workload = Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", Command))]);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        return await cluster.RunAsync(workload, push, new RunOptions { Workers = 1 }, null, farm.Token);
    }

    private static Task LetGoAsync(SshNode host) => host.RunAsync($"touch {SshNode.Home}/go");

    private static Task HoldsAsync(SshNode host, string files, int count) => Condition.HoldsAsync(
        async () => (await host.RunAsync($"ls -d .cache/clustrix/run/*/{files} 2>/dev/null | wc -l")).Output.Trim() == $"{count}", $"{host.Name} has {count} of {files}");
}
