using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>
/// A run of four items on two hosts, each with a store of its own. The first one's part has ended, the second one is at its two items until it is let go, and
/// can't be reached; the client is gone.
/// </summary>
internal sealed class HalfDoneRun
{
    private static readonly string Command = $"[ $(cat /proc/sys/kernel/hostname) = h1 ] || {{ sleep 1000 & until [ -e {SshNode.Home}/go ]; do sleep 0.05; done; kill $!; }}";

    private readonly Farm _farm;

    private HalfDoneRun(Farm farm, Workload workload, string id)
    {
        _farm = farm;
        Workload = workload;
        Id = id;
    }

    public Workload Workload { get; }

    public string Id { get; }

    public SshNode Here => _farm.Hosts.Known("h1");

    public SshNode Away => _farm.Hosts.Known("h2");

    public static async Task<HalfDoneRun> AbandonAsync(Farm farm)
    {
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        var workload = Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", Command))]);
        var done = new TaskCompletionSource();
        await using (var client = await farm.ConnectAsync("h1", "h2"))
        {
            var push = await client.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            var running = client.RunAsync(workload, push, new RunOptions { Workers = 2 }, new Heard(progress => _ = progress.Done == 2 && done.TrySetResult()), farm.Token);
            await done.Task.WaitAsync(farm.Token);
            await Condition.HoldsAsync(async () => await ItemsAsync(nodes[1]) == 2, "the second host runs its items");
            await Task.WhenAll(nodes.Select(node => node.StopServerAsync()));
            await Task.WhenAll(nodes.Select(node => node.CutConnectionsAsync()));
            await Should.ThrowAsync<ClustrixException>(() => running);
        }

        await Condition.HoldsAsync(async () => (await nodes[0].RunAsync("ls .cache/clustrix/run/*/ended")).ExitCode == 0, "the first host's part has ended");
        await nodes[0].StartServerAsync();
        await using var other = await farm.ConnectAsync("h1");
        return new(farm, workload, (await other.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run);
    }

    /// <summary>How many of the items the second host is at.</summary>
    public Task<int> ItemsAsync() => ItemsAsync(Away);

    /// <summary>Ends the items, also those that the second host has yet to begin.</summary>
    public Task LetGoAsync() => Away.RunAsync($"touch {SshNode.Home}/go");

    private static async Task<int> ItemsAsync(SshNode host) => (await host.ProcessesOfUserAsync()).Count(process => process == "sleep 1000");
}
