using System.Diagnostics;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// Bringing a large tree into a store on this machine: cold, with every file read, digested, sent, verified and published, against
/// tar c | tar x of the same tree to the same disk; and again when nothing has changed. The tree is the SDK that runs the benchmark.
/// </summary>
public static class PushLocalBench
{
    private const int ColdRounds = 5;
    private const int WarmRounds = 11;

    /// <summary>Prints the ratio of the medians and the absolute figures.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var tree = Path.GetFullPath(Path.Combine(typeof(object).Assembly.Location, "../../../../sdk", Environment.Version.Major + ".0.401"));
        tree = Directory.Exists(tree) ? tree : Directory.GetDirectories(Path.Combine(tree, "..")).Order(StringComparer.Ordinal).Last();
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            var cold = new List<double>();
            var peer = new List<double>();
            var ratios = new List<double>();
            for (var round = 0; round < ColdRounds; round++)
            {
                var ours = await TimeAsync(() => PushAsync(tree, Path.Combine(root, $"store{round}"), null));
                var theirs = await TimeAsync(() => TarAsync(tree, Path.Combine(root, $"copy{round}")));
                cold.Add(ours);
                peer.Add(theirs);
                ratios.Add(ours / theirs);
                await output.WriteLineAsync($"round {round}: push {ours:0.00} s, tar {theirs:0.00} s");
            }

            await Figures.WriteAsync(output, "push_local_cold", Figures.Median(cold), "0.00", "s");
            await Figures.WriteAsync(output, "push_local_tar", Figures.Median(peer), "0.00", "s");
            await Figures.WriteAsync(output, "push_local_cold_ratio", Figures.Median(ratios), "0.00", "");
            await NothingChangedAsync(output, tree, Path.Combine(root, "store0"), Path.Combine(root, "digests"));
        }
        finally
        {
            await RunAsync("sh", "-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", root);
        }
    }

    private static async Task NothingChangedAsync(TextWriter output, string tree, string store, string digests)
    {
        var cache = await DigestCache.LoadAsync(digests, TimeProvider.System, CancellationToken.None);
        await PushAsync(tree, store, cache);
        await cache.SaveAsync(SilentLog.Instance, CancellationToken.None);
        var times = new List<double>();
        PushResult? result = null;
        for (var round = 0; round < WarmRounds; round++)
        {
            times.Add(await TimeAsync(async () =>
                result = await PushAsync(tree, store, await DigestCache.LoadAsync(digests, TimeProvider.System, CancellationToken.None))));
        }

        await Figures.WriteAsync(output, "push_local_nochange", Figures.Median(times) * 1000, "0", "ms");
        await Figures.WriteAsync(output, "push_local_nochange_bytes", result!.WireBytes, "0", "B");
        await Figures.WriteAsync(output, "push_local_nochange_requests", result.Requests, "0", "");
    }

    private static async Task<PushResult> PushAsync(string tree, string store, DigestCache? cache)
    {
        var payload = await new PayloadBuilder(cache, TimeProvider.System).BuildAsync([new PayloadSource("tree", tree, "")], CancellationToken.None);
        var environment = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!);
        await using var session = await NodeSession.OpenAsync(new LocalHost(environment), store, CancellationToken.None);
        var result = await new Store(session, SilentLog.Instance).PushAsync(payload, Verification.Changed, CancellationToken.None);

        // The greeting is a part of the cost.
        return result with { WireBytes = session.BytesSent + session.BytesReceived, Requests = session.Requests };
    }

    private static Task TarAsync(string tree, string target) =>
        RunAsync("sh", "-c", "mkdir \"$1\" && tar -cf - -C \"$0\" . | tar -xf - -C \"$1\"", tree, target);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
