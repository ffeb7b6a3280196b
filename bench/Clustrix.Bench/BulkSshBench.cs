using System.Diagnostics;
using System.Security.Cryptography;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// Whether a push's stream would be better off on a connection of its own: a cold push of bytes that can't be compressed, over the session's
/// one connection and over a second one that is made for it, on loopback and at 51 ms and 100 Mbit/s; and how long somebody else waits for the
/// answer to a small request meanwhile, over a connection of his own and over one that is shared with the push (multiplexed).
/// </summary>
internal static class BulkSshBench
{
    private const int FileSize = 1 << 20;
    private const int Rounds = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly Dictionary<string, (string Host, int Files)> Links = new() { ["loopback"] = ("h1", 300), ["51ms"] = ("slow", 40) };

    /// <summary>Prints the figures.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        using var temp = new TempDirectory();
        await using var hosts = await SshHosts.OpenAsync();
        var node = await hosts.StartAsync("h1", SshTrait.Disk(4L << 30));
        await hosts.LinkAsync(node, "slow", LinkSpeed.Slow);
        var multiplexed = temp.Write("multiplexed", $"Host *\n  ControlMaster auto\n  ControlPath {temp.Root}/socket-%C\n{await File.ReadAllTextAsync(hosts.ConfigFile)}");
        foreach (var (link, (name, files)) in Links)
        {
            var payload = await PayloadAsync(temp, link, files);
            var way = new PushSshWay(node, name, hosts.ConfigFile, IsSlow: name == "slow");
            var (fresh, shared) = (BenchClusters.Ssh(hosts.ConfigFile, name), BenchClusters.Ssh(multiplexed, name));
            var one = new List<PushSshCost>();
            var two = new List<PushSshCost>();
            var waits = new Dictionary<string, List<double>> { ["idle"] = [], ["own"] = [], ["shared"] = [] };

            // The first round is there for the compiler.
            for (var round = -1; round < Rounds; round++)
            {
                await using (var asking = await NodeSession.OpenAsync(fresh, "", CancellationToken.None))
                {
                    await AskAsync(asking, Task.Delay(TimeSpan.FromSeconds(1)), waits["idle"]);
                    await PushAsync(way, fresh, payload, null);
                    await PushAsync(way, fresh, payload, pushing => AskAsync(asking, pushing, waits["own"]));
                }

                await using (var master = await NodeSession.OpenAsync(shared, "", CancellationToken.None))
                await using (var asking = await NodeSession.OpenAsync(shared, "", CancellationToken.None))
                {
                    await PushAsync(way, shared, payload, pushing => AskAsync(asking, pushing, waits["shared"]));
                }

                var costs = (await PushAsync(way, fresh, payload, null), await PushAsync(way, new SparingHost(fresh), payload, null));
                await output.WriteLineAsync($"{link} round {round}: one connection {costs.Item1}; a second one {costs.Item2}");
                if (round >= 0)
                {
                    one.Add(costs.Item1);
                    two.Add(costs.Item2);
                }
            }

            await Figures.WriteAsync(output, $"bulk_ssh_{link}_one", Figures.Median(one.Select(cost => cost.Seconds)), "0.000", "s");
            await Figures.WriteAsync(output, $"bulk_ssh_{link}_one_processor", Figures.Median(one.Select(cost => cost.Here + cost.There)), "0.00", "s");
            await Figures.WriteAsync(output, $"bulk_ssh_{link}_second", Figures.Median(two.Select(cost => cost.Seconds)), "0.000", "s");
            await Figures.WriteAsync(output, $"bulk_ssh_{link}_second_processor", Figures.Median(two.Select(cost => cost.Here + cost.There)), "0.00", "s");
            await Figures.WriteAsync(output, $"bulk_ssh_{link}_second_to_one", Figures.Median(two.Zip(one, (second, first) => second.Seconds / first.Seconds)), "0.00", "");
            foreach (var (who, seconds) in waits)
            {
                await Figures.WriteAsync(output, $"bulk_ssh_{link}_answer_{who}", Figures.Median(seconds) * 1000, "0", "ms");
                await Figures.WriteAsync(output, $"bulk_ssh_{link}_answer_{who}_longest", seconds.Max() * 1000, "0", "ms");
            }
        }
    }

    private static async Task<Payload> PayloadAsync(TempDirectory temp, string link, int files)
    {
        foreach (var number in Enumerable.Range(0, files))
        {
            await File.WriteAllBytesAsync(temp.Write($"{link}/{number}", ""), RandomNumberGenerator.GetBytes(FileSize));
        }

        return await BenchClusters.PackAsync(new PayloadSource("bulk", temp[link], ""));
    }

    // Into a store of its own, with a session that is there already.
    private static async Task<PushSshCost> PushAsync(PushSshWay way, IHost host, Payload payload, Func<Task, Task>? meanwhile)
    {
        await way.Node.RunAsRootAsync($"rm -rf {SshNode.Home}/bulk");
        await using var session = await NodeSession.OpenAsync(host, $"{SshNode.Home}/bulk", CancellationToken.None);
        return await way.MeasureAsync(() =>
        {
            var pushing = new Store(session, SilentLog.Instance).PushAsync(payload, Verification.Changed, CancellationToken.None);
            return Task.WhenAll(pushing, meanwhile?.Invoke(pushing) ?? Task.CompletedTask);
        });
    }

    private static async Task AskAsync(NodeSession session, Task until, List<double> waits)
    {
        while (!until.IsCompleted)
        {
            var start = Stopwatch.GetTimestamp();
            await session.AskAsync("space", null, CancellationToken.None);
            waits.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            await Task.Delay(Pause);
        }
    }
}
