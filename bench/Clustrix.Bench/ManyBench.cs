using System.Diagnostics;
using System.Globalization;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// What each item costs a client when there are very many: planned, run by <see cref="StubWorkers"/>, collected and reported, by a process of
/// its own for each number of items, so that its memory is its own.
/// </summary>
internal static class ManyBench
{
    private const int Workers = 25;
    private static readonly int[] Counts = [1000, 5000, 10_000, 25_000, 50_000];

    /// <summary>Prints milliseconds for each item and the client's peak memory, at each number of items.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choice">A directory that gets the table and the plot; nothing for neither.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextWriter output, IReadOnlyList<string> choice)
    {
        if (choice.Count > 1 || !choice.All(Directory.Exists))
        {
            await Console.Error.WriteLineAsync("many takes a directory for the table and the plot, or nothing.");
            return 2;
        }

        var costs = new List<ManyCost>();
        foreach (var count in Counts)
        {
            var cost = await MeasureAsync(count);
            costs.Add(cost);
            await output.WriteLineAsync(cost.ToString());
            await Figures.WriteAsync(output, $"many_{count}", cost.PerItem, "0.000", "ms");
            await Figures.WriteAsync(output, $"many_{count}_memory", cost.Megabytes, "0", "MB");
        }

        await Figures.WriteAsync(output, "many_growth", costs[^1].PerItem / costs[1].PerItem, "0.00", "times");
        if (choice is [var directory])
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "scale.svg"), ManyPlot.Draw(costs));
            await File.WriteAllTextAsync(Path.Combine(directory, "scale.md"), ManyPlot.Tabulate(costs));
        }

        return 0;
    }

    /// <summary>The process that is measured. Prints its <see cref="ManyCost"/>.</summary>
    public static async Task ClientAsync(TextWriter output, string count, string directory)
    {
        var environment = new Dictionary<string, string>(BenchClusters.Variables) { ["PATH"] = $"{directory}/stand-ins:{BenchClusters.Variables["PATH"]}" };
        await using var cluster = await BenchClusters.ConnectAsync(new ClusterOptions { StoreRoot = Path.Combine(directory, "store") }, new LocalHost(environment));
        var watch = Stopwatch.StartNew();
        var payload = await BenchClusters.PackAsync(new PayloadSource("inputs", Path.Combine(directory, "payload"), ""));
        Item[] items = [.. Enumerable.Range(0, int.Parse(count, CultureInfo.InvariantCulture)).Select(number => new Item { Name = $"item {number}", Command = $"stub {number}" })];
        var workload = new Workload(items, payload, "", "");
        var options = new RunOptions { Workers = Workers, HistoryFile = Path.Combine(directory, "durations") };
        await cluster.PlanAsync(workload, options, CancellationToken.None);
        var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
        var plan = Lap();
        var run = await cluster.RunAsync(workload, push, options, null, CancellationToken.None);
        var execution = Lap();
        var artifacts = Path.Combine(directory, "artifacts");
        var collected = await cluster.CollectAsync(run, artifacts, CancellationToken.None);
        var collection = Lap();
        var report = new RunReport(run, push, collected, artifacts);
        await RunArtifacts.WriteAsync(report, "", CancellationToken.None);
        var account = Lap();
        if (run.Results.Any(result => result.Record is null) || collected.Any(item => item.Stdout is null))
        {
            throw new InvalidOperationException("An item has no result, or no log.");
        }

        using var self = Process.GetCurrentProcess();
        await output.WriteLineAsync(new ManyCost(items.Length, plan, execution, collection, account, self.PeakWorkingSet64 / 1e6).Write());

        double Lap()
        {
            var seconds = watch.Elapsed.TotalSeconds;
            watch.Restart();
            return seconds;
        }
    }

    private static async Task<ManyCost> MeasureAsync(int count)
    {
        using var temp = new TempDirectory();
        temp.Write("payload/a", "a\n");
        StubWorkers.Install(Directory.CreateDirectory(temp["stand-ins"]).FullName);
        var client = ToolCommand.StartInfo(Environment.ProcessPath!, [typeof(ManyBench).Assembly.Location, "many-client", count.ToString(CultureInfo.InvariantCulture), temp.Root]);
        using var process = Process.Start(client)!;
        process.StandardInput.Close();
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? ManyCost.Read(said[0].Trim()) : throw new InvalidOperationException($"The client of {count} items failed: {string.Concat(said)}");
    }
}
