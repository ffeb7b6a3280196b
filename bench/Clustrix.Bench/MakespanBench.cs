using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// How long 1,000 items of 0.5 to 1.5 s take on 25 workers, without a history of their durations and then with one: on this machine, by way
/// of Slurm, and on five hosts whose stores nobody else sees. No plan can be quicker than the longest item, nor than all of them shared out
/// evenly: that is the bound. Items sleep, so that few cores carry many workers.
/// </summary>
/// <remarks>What is measured is the run, from before it is submitted until all its results are known; the whole, with connecting, packing and collecting, is told beside it.</remarks>
internal static class MakespanBench
{
    private const int Items = 1000;
    private const int Workers = 25;
    private const int Hosts = 5;
    private const int Seed = 20;
    private const double Shortest = 0.5;
    private const double Longest = 1.5;
    private static readonly Dictionary<string, Func<TextWriter, Task>> Places = new()
    {
        ["local"] = LocalAsync,
        ["slurm"] = SlurmAsync,
        ["hosts"] = HostsAsync,
    };

    /// <summary>Prints the figures.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choice">Names of places; none for all.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextWriter output, IReadOnlyList<string> choice)
    {
        if (choice.FirstOrDefault(word => !Places.ContainsKey(word)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"makespan doesn't know '{unknown}'; it knows {string.Join(", ", Places.Keys)}.");
            return 2;
        }

        foreach (var (name, run) in Places.Where(place => choice.Count == 0 || choice.Contains(place.Key)))
        {
            await output.WriteLineAsync($"{name}: load {(await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]}");
            await run(output);
        }

        return 0;
    }

    private static async Task LocalAsync(TextWriter output)
    {
        using var temp = new TempDirectory();
        await MeasureAsync(output, temp, "makespan", new ClusterOptions { StoreRoot = temp["store"] }, [new LocalHost(BenchClusters.Variables)], Workers);
    }

    private static async Task SlurmAsync(TextWriter output)
    {
        using var temp = new TempDirectory();
        await using var slurm = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = Hosts, Cpus = Workers / Hosts });
        await MeasureAsync(
            output, temp, "makespan_slurm", new ClusterOptions { Batch = new BatchOptions { Scheduler = "slurm" } }, [BenchClusters.Ssh(slurm.Hosts.ConfigFile, "login")], Workers);
    }

    private static async Task HostsAsync(TextWriter output)
    {
        using var temp = new TempDirectory();
        await using var hosts = await SshHosts.OpenAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(1, Hosts).Select(number => hosts.StartAsync($"h{number}")));
        await MeasureAsync(
            output, temp, "makespan_hosts", new ClusterOptions(), [.. nodes.Select(node => BenchClusters.Ssh(hosts.ConfigFile, node.Name))], Workers / Hosts);
    }

    private static async Task MeasureAsync(TextWriter output, TempDirectory temp, string figure, ClusterOptions options, IReadOnlyList<IHost> hosts, int workers)
    {
        temp.Write("payload/a", "a\n");
        var seconds = Durations();
        var bound = Math.Max(seconds.Max(), seconds.Sum() / Workers);
        await Figures.WriteAsync(output, $"{figure}_bound", bound, "0.00", "s");
        foreach (var kind in (string[])["", "_history"])
        {
            var start = Stopwatch.GetTimestamp();
            await using var cluster = await BenchClusters.ConnectAsync(options, hosts);
            var payload = await BenchClusters.PackAsync(new PayloadSource("inputs", temp["payload"], ""));
            var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
            Item[] items = [.. seconds.Select((duration, number) => new Item { Name = $"{number}", Command = string.Create(CultureInfo.InvariantCulture, $"sleep {duration}") })];
            var first = new FirstStart();
            var run = await cluster.RunAsync(
                new Workload(items, payload, "", figure + kind), push, new RunOptions { Workers = workers, HistoryFile = temp["durations"] }, first, CancellationToken.None);
            await cluster.CollectAsync(run, temp[$"artifacts/{run.Run}"], CancellationToken.None);
            var whole = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (!run.Passed)
            {
                throw new InvalidOperationException("An item didn't pass.");
            }

            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{figure}{kind}: {run.Elapsed.TotalSeconds:0.00} s, the whole {whole:0.00} s; first item seen after {first.After.TotalSeconds:0.00} s; {new Timeline(run.Results, seconds)}"));
            await Figures.WriteAsync(output, figure + kind, run.Elapsed.TotalSeconds, "0.00", "s");
            await Figures.WriteAsync(output, $"{figure}{kind}_ratio", run.Elapsed.TotalSeconds / bound, "0.000", "");
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "No secret: the same durations each time.")]
    private static double[] Durations()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Items).Select(_ => Math.Round(Shortest + (random.NextDouble() * (Longest - Shortest)), 3))];
    }

    private sealed class FirstStart : IProgress<RunProgress>
    {
        public TimeSpan After { get; private set; }

        public void Report(RunProgress value) => After = After == TimeSpan.Zero && value.Running > 0 ? value.Elapsed : After;
    }
}
