using System.Diagnostics;
using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>What an item costs beyond its command: 1,000 items of <c>true</c> on 2 workers, and the same again when all are reused.</summary>
public static class RunLocalBench
{
    private const int Items = 1000;
    private const int Workers = 2;
    private const int Rounds = 3;

    /// <summary>Prints milliseconds per item and seconds per reused run, each the median of the rounds.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            var fresh = new List<double>();
            var cached = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                fresh.Add(await TimeAsync(root, round));
                cached.Add(await TimeAsync(root, round));
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"round {round}: {fresh[^1]:0.00} s, reused {cached[^1]:0.00} s"));
            }

            await Figures.WriteAsync(output, "run_local_overhead", Figures.Median(fresh) * 1000 / Items, "0.00", "ms");
            await Figures.WriteAsync(output, "run_local_cached", Figures.Median(cached), "0.00", "s");
        }
        finally
        {
            using var remove = Process.Start("sh", ["-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", root]);
            await remove.WaitForExitAsync();
        }
    }

    private static async Task<double> TimeAsync(string root, int round)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" };
        var items = Enumerable.Range(0, Items).Select(i => new Item { Name = $"item {i}", Command = $"true {i}" }).ToList();
        var start = Stopwatch.GetTimestamp();
        await using var cluster = await Cluster.ConnectAsync(
            [new LocalHost(environment)], new ClusterOptions { StoreRoot = Path.Combine(root, "store") }, SilentLog.Instance, TimeProvider.System, CancellationToken.None);
        var payload = new Payload([]);
        var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
        var workload = new Workload(items, payload, "", $"round {round}");
        var run = await cluster.RunAsync(workload, push, new RunOptions { Workers = Workers }, null, CancellationToken.None);
        await cluster.CollectAsync(run, Path.Combine(root, "artifacts"), CancellationToken.None);
        return run.Passed ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException("An item of 'true' didn't pass.");
    }
}
