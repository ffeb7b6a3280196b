using System.Diagnostics;
using System.Globalization;

namespace Clustrix.Bench;

/// <summary>What it costs to look at a run of 1,000 items: <c>clustrix watch</c> at a terminal, with its live table.</summary>
/// <param name="tool">The installed tool.</param>
/// <param name="root">A directory for the run's artifacts and its store.</param>
internal sealed class WatchBench(string tool, string root)
{
    private const int Items = 1000;

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private readonly string _store = Path.Combine(root, "watched");

    /// <summary>Prints the share of a core that the tool takes, and the share with the node's shell that answers it; without the start of either.</summary>
    public async Task RunAsync(TextWriter output)
    {
        string[] command = ["run", "--store-root", _store, "--artifacts-directory", Path.Combine(root, "artifacts"), "--items", Items.ToString(CultureInfo.InvariantCulture), "--workers", "1", "--", "sleep", "1"];
        using var run = Process.Start(ToolCommand.StartInfo(tool, command))!;
        var id = (await run.StandardError.ReadLineAsync())!.Split(' ')[1].TrimEnd(':');
        var terminal = ToolCommand.StartInfo("script", ["-qec", $"stty cols 100 rows 40; exec '{tool}' watch {id} --store-root '{_store}'", "/dev/null"]);
        terminal.Environment["TERM"] = "xterm-256color";
        using var watch = Process.Start(terminal)!;
        var shown = watch.StandardOutput.ReadToEndAsync();
        await Task.Delay(Start);
        var client = ProcessorTime.Children(watch.Id).Single();
        var (before, allBefore, start) = (ProcessorTime.Of(client), ProcessorTime.OfTree(client), Stopwatch.GetTimestamp());
        await Task.Delay(Duration);
        var (after, allAfter, elapsed) = (ProcessorTime.Of(client), ProcessorTime.OfTree(client), Stopwatch.GetElapsedTime(start).TotalSeconds);
        await ToolCommand.RunAsync(tool, "cancel", id, "--store-root", _store);
        await watch.WaitForExitAsync();
        await run.WaitForExitAsync();
        if (!(await shown).Contains("busy of 1", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The table isn't there:\n{await shown}");
        }

        await Figures.WriteAsync(output, "surfaces_watch_client", (after - before) / elapsed * 100, "0.00", "%");
        await Figures.WriteAsync(output, "surfaces_watch_with_node", (allAfter - allBefore) / elapsed * 100, "0.00", "%");
    }
}
