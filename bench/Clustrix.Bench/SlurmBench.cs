using System.Diagnostics;
using System.Globalization;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Slurm;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// Thousands of trivial items on a real Slurm with its own defaults. The peer is an array with one task for each item, as everybody begins;
/// of fewer, because it takes minutes.
/// </summary>
public static class SlurmBench
{
    private const int Items = 5000;
    private const int PeersItems = 100;
    private const int Workers = 4;

    /// <summary>Prints items a second, how many times the peer's rate that is, and what Slurm was asked.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        using var temp = new TempDirectory();
        await using var slurm = await SlurmCluster.StartAsync(new SlurmOptions { Nodes = 2 });
        await slurm.Login.RunAsRootAsync("sdiag --reset");
        temp.Write("payload/a", "a\n");
        var payload = await BenchClusters.PackAsync(new PayloadSource("inputs", temp["payload"], ""));
        await using var cluster = await BenchClusters.ConnectAsync(
            new ClusterOptions { Batch = new BatchOptions { Scheduler = "slurm" } }, BenchClusters.Ssh(slurm.Hosts.ConfigFile, "login"));
        var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
        var workload = new Workload([.. Enumerable.Range(0, Items).Select(number => new Item { Name = $"{number}", Command = ":" })], payload, "", "");
        var start = Stopwatch.GetTimestamp();
        var run = await cluster.RunAsync(workload, push, new RunOptions { Workers = Workers }, null, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!run.Passed)
        {
            throw new InvalidOperationException("An item didn't pass.");
        }

        var asked = (await slurm.RunAsync("sdiag | sed -n -e 's/.*REQUEST_SUBMIT_BATCH_JOB .*count:\\([0-9]*\\).*/\\1/p' -e 's/.*builder .*count:\\([0-9]*\\).*/of \\1 requests/p'")).Output.Trim().ReplaceLineEndings(" ");
        var peer = await slurm.RunAsync(
            $"cd / && begun=$(date +%s%N) && sbatch --job-name=peer --array=1-{PeersItems} --output=/dev/null --wrap true >/dev/null && until [ -z \"$(squeue -h --name=peer)\" ]; do sleep 0.2; done && echo $(($(date +%s%N) - begun))");
        var peersSeconds = long.Parse(peer.Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) / 1e9;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{Items} items on {Workers} workers: {seconds:0.0} s; an array of {PeersItems} tasks: {peersSeconds:0.0} s; submissions, by sdiag: {asked}"));
        await Figures.WriteAsync(output, "slurm_rate", Items / seconds, "0", "items/s");
        await Figures.WriteAsync(output, "slurm_rate_faster", Items / seconds / (PeersItems / peersSeconds), "0.0", "times");
        await Figures.WriteAsync(output, "slurm_calls", run.SchedulerCalls, "0", "calls");
        await Figures.WriteAsync(output, "slurm_seconds_per_call", seconds / run.SchedulerCalls, "0.0", "s");
    }
}
