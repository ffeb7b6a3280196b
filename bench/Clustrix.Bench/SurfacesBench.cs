using System.Diagnostics;
using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// How long the tool takes, as a whole process: its help, its version, and the status of a store with 500 runs; the same run by all
/// front ends; and what watching costs.
/// </summary>
public static class SurfacesBench
{
    private const int Runs = 500;
    private const int Rounds = 15;

    /// <summary>Prints the median of the rounds for each call.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            var repository = Repository();
            var tool = await InstallAsync(repository, root);
            var store = Path.Combine(root, "store");
            await FillAsync(store);
            await Figures.WriteAsync(output, "surfaces_help", await MedianAsync(tool, ["--help"]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_version", await MedianAsync(tool, ["--version"]), "0", "ms");
            await Figures.WriteAsync(output, "surfaces_status_500", await MedianAsync(tool, ["status", "--store-root", store]), "0", "ms");
            await new OneItemBench(tool, repository, root).RunAsync(output);
            await new WatchBench(tool, root).RunAsync(output);
        }
        finally
        {
            using var remove = Process.Start("sh", ["-c", "chmod -R u+w \"$0\"; rm -rf \"$0\"", root]);
            await remove.WaitForExitAsync();
        }
    }

    private static string Repository()
    {
        var source = Directory.GetParent(AppContext.BaseDirectory)!;
        while (!File.Exists(Path.Combine(source.FullName, "Tooling.sln")))
        {
            source = source.Parent ?? throw new DirectoryNotFoundException("The benchmarks aren't in the repository.");
        }

        return source.FullName;
    }

    // Packed and installed, as users have it.
    private static async Task<string> InstallAsync(string repository, string root)
    {
        var feed = Path.Combine(root, "feed");
        await DotnetCommand.RunAsync(repository, "pack", "src/Clustrix.Cli", "-o", feed, "-v:quiet", "-nodeReuse:false");
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
            times.Add(await ToolCommand.RunAsync(tool, arguments));
        }

        return Figures.Median(times);
    }
}
