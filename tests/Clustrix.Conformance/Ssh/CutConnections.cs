using System.Collections.Concurrent;
using System.Security.Cryptography;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>A connection that ends at any point of a job: connect, push, run, collect. Whoever comes next finishes it.</summary>
public sealed class CutConnections
{
    private const int Lanes = 4;

    // Frames up to the first looks at the run, and from the last ones on.
    private const int Beginning = 17;
    private const int End = 4;
    private const int SizeOfFile = 40_000;

    [SshFact]
    public async Task Wherever_the_connection_ends_the_next_client_finishes_the_job()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => farm.Hosts.StartAsync($"h{lane}")));
        var links = new List<LinkProxy>();
        foreach (var node in nodes)
        {
            links.Add(await farm.Hosts.LinkAsync(node, "to-" + node.Name, LinkSpeed.Unlimited));
        }

        var points = new ConcurrentQueue<Point>(await PointsAsync(farm, links[0]));
        points.Count.ShouldBeGreaterThan(40);
        var interrupted = await Task.WhenAll(nodes.Select((node, lane) => Task.Run(async () =>
        {
            var count = 0;
            while (points.TryDequeue(out var point))
            {
                count += await InterruptAsync(farm, node, links[lane], point) ? 1 : 0;
            }

            await farm.NothingIsLeftAsync(node);
            return count;
        })));

        interrupted.Sum().ShouldBeGreaterThan(20, "the others connected again by themselves");
    }

    // What a whole job has sent and received at each of its frames.
    private static async Task<IEnumerable<Point>> PointsAsync(Farm farm, LinkProxy link)
    {
        await JobAsync(farm, farm.Host("to-h0"), "before");
        var (sent, received) = (link.Sent, link.Received);
        var frames = new List<(long Sent, long Received)> { (0, 0) };
        await JobAsync(farm, new FrameHost(farm.Host("to-h0"), () => frames.Add((link.Sent - sent, link.Received - received))), "recorded");
        frames.Add((link.Sent - sent, link.Received - received));

        // One look at a run is like the other.
        frames.RemoveRange(Beginning, Math.Max(0, frames.Count - Beginning - End));
        return frames.Zip(frames.Skip(1)).SelectMany((pair, number) => Positions(pair.First.Sent, pair.Second.Sent).Select(sent => new Point($"sent {sent} frame {number}", sent, null))
            .Concat(Positions(pair.First.Received, pair.Second.Received).Select(received => new Point($"received {received} frame {number}", null, received))))
            .DistinctBy(point => (point.Sent, point.Received));
    }

    // Where a frame begins, and inside it: a stream at more places.
    private static IEnumerable<long> Positions(long from, long to)
    {
        var parts = to - from > 20_000 ? 6 : 2;
        return Enumerable.Range(0, parts).Select(part => from + ((to - from) * part / parts));
    }

    // Whether the first client was told.
    private static async Task<bool> InterruptAsync(Farm farm, SshNode node, LinkProxy link, Point point)
    {
        link.CutAfterSending(point.Sent ?? long.MaxValue);
        link.CutAfterReceiving(point.Received ?? long.MaxValue);
        var isTold = false;
        try
        {
            await JobAsync(farm, farm.Host("to-" + node.Name), point.Name);
        }
        catch (ClustrixException e)
        {
            e.Code.ShouldBeOneOf([ErrorCode.ConnectionLost, ErrorCode.HostUnreachable], $"{point}: {e.Message}");
            isTold = true;
        }

        await Invariants.Of(node).HoldAsync();
        var (run, items, workload) = await JobAsync(farm, farm.Host(node.Name), point.Name);
        run.Passed.ShouldBeTrue($"{point}");
        items.ShouldAllBe(item => Digest(item.Outputs.Single().Path) == Digest(farm.Directory[$"{point.Name}/{item.Result.Name}"]));
        await Invariants.Of(node).HoldAsync(run, workload);
        return isTold;
    }

    private static async Task<(RunResult Run, IReadOnlyList<CollectedItem> Items, Workload Workload)> JobAsync(Farm farm, IHost host, string name)
    {
        string[] files = ["a", "b", "c"];
        foreach (var file in files)
        {
            // The same text for the same name, and nothing that could be compressed.
            farm.Directory.Write($"{name}/{file}", string.Concat(Enumerable.Range(0, SizeOfFile / 64).Select(number => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{name} {file} {number}"))))));
        }

        var payload = await new PayloadBuilder(cache: null, TimeProvider.System).BuildAsync([new PayloadSource("test", farm.Directory[name], "")], farm.Token);
        var workload = Farm.Workload(payload, [.. files.Select(file => Farm.Item(file, $"cat {file} >out") with { Outputs = ["out"] })]);
        await using var cluster = await Cluster.ConnectAsync([host], new ClusterOptions(), farm.Log, TimeProvider.System, farm.Token);
        var (run, items) = await farm.RunAsync(cluster, workload);
        return (run, items, workload);
    }

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Where a connection is cut: behind that many bytes on the way to the host, or to the client.</summary>
    private sealed record Point(string Name, long? Sent, long? Received);
}
