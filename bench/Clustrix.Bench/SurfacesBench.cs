using System.Diagnostics;
using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>How long the tool takes, as a whole process: its help, its version, and the status of a store with 500 runs.</summary>
public static class SurfacesBench
{
    private const int Runs = 500;
    private const int Rounds = 15;
    private const int WatchedItems = 1000;

    private static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(10);

    /// <summary>Prints the median of the rounds for each call, and the share of a core that <c>watch</c> takes.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            var tool = await InstallAsync(root);
            var store = Path.Combine(root, "store");
            await FillAsync(store);
            await Figures.WriteAsync(output, "surfaces_help", await MedianAsync(tool, ["--help"]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_version", await MedianAsync(tool, ["--version"]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_status_500", await MedianAsync(tool, ["status", "--store-root", store]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_run_one_item", await MedianAsync(tool, ["run", "--reuse-results", "false", "--store-root", Path.Combine(root, "one"), "--artifacts-directory", Path.Combine(root, "artifacts"), "--", "true"]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_watch_client", await WatchShareAsync(root, tool, store), "0.00", "%");
        }
        finally
        {
            using var remove = Process.Start("sh", ["-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", root]);
            await remove.WaitForExitAsync();
        }
    }

    // Packed and installed, as users have it.
    private static async Task<string> InstallAsync(string root)
    {
        var source = Directory.GetParent(AppContext.BaseDirectory)!;
        while (!File.Exists(Path.Combine(source.FullName, "Tooling.sln")))
        {
            source = source.Parent ?? throw new DirectoryNotFoundException("The benchmarks aren't in the repository.");
        }

        var feed = Path.Combine(root, "feed");
        await DotnetCommand.RunAsync(source.FullName, "pack", "src/Clustrix.Cli", "-o", feed, "-v:quiet", "-nodeReuse:false");
        await DotnetCommand.RunAsync(root, "tool", "install", "Clustrix.Cli", "--tool-path", Path.Combine(root, "tool"), "--source", feed);
        return Path.Combine(root, "tool", "clustrix");
    }

    private static async Task FillAsync(string store)
    {
        await using var cluster = await ConnectAsync(store);
        var payload = new Payload([]);
        var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
        for (var run = 0; run < Runs; run++)
        {
            var items = new List<Item> { new() { Name = "item", Command = string.Create(CultureInfo.InvariantCulture, $"true {run}") } };
            await cluster.RunAsync(new Workload(items, payload, "", ""), push, new RunOptions { Workers = 1 }, null, CancellationToken.None);
        }
    }

    private static Task<Cluster> ConnectAsync(string store) => Cluster.ConnectAsync(
        [new LocalHost(new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin" })],
        new ClusterOptions { StoreRoot = store },
        SilentLog.Instance,
        TimeProvider.System,
        CancellationToken.None);

    private static async Task<double> MedianAsync(string tool, string[] arguments)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(StartInfo(tool, arguments))!;
            process.StandardInput.Close();
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"clustrix {string.Join(' ', arguments)} ended with exit code {process.ExitCode}.");
            }
        }

        return Figures.Median(times);
    }

    // The tool's own processor time, without its start and without the shell that answers it.
    private static async Task<double> WatchShareAsync(string root, string tool, string store)
    {
        string[] command = ["run", "--store-root", store, "--artifacts-directory", Path.Combine(root, "artifacts"), "--items", WatchedItems.ToString(CultureInfo.InvariantCulture), "--workers", "1", "--", "sleep", "1"];
        using var run = Process.Start(StartInfo(tool, command))!;
        var id = (await run.StandardError.ReadLineAsync())!.Split(' ')[1].TrimEnd(':');
        using var watch = Process.Start(StartInfo(tool, ["watch", id, "--store-root", store]))!;
        await watch.StandardError.ReadLineAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        var (before, start) = (watch.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(WatchFor);
        watch.Refresh();
        var share = (watch.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start) * 100;
        watch.Kill();
        using var cancel = Process.Start(StartInfo(tool, ["cancel", id, "--store-root", store]))!;
        await cancel.WaitForExitAsync();
        await run.WaitForExitAsync();
        return share;
    }

    private static ProcessStartInfo StartInfo(string tool, string[] arguments) => new(tool, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
