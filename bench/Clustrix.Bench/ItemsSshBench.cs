using System.Diagnostics;
using System.Globalization;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>
/// Many small items on one SSH host: each takes a file along and brings one back. The peer is GNU parallel over a multiplexed connection,
/// with <c>--transferfile --return --cleanup</c>. Its connection is there before it begins. Ours is measured both ways: made anew, and
/// over such a connection.
/// </summary>
/// <remarks>The first figure is that of a first contact: the host has no store, and all code of the process that has just started is still to be compiled.</remarks>
public static class ItemsSshBench
{
    private const int Workers = 2;

    // Beyond this the peer takes minutes; what it takes for each item hardly changes.
    private const int MostOfPeer = 400;
    private const int MostOfPeerFarAway = 40;
    private const int Many = 10_000;
    private static readonly int[] Counts = [40, 400, 4000];
    private static readonly Dictionary<string, string> Links = new() { ["loopback"] = "h1", ["51ms"] = "slow" };
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Prints seconds, and how many times faster than the peer's seconds for as many items.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="choice">Names of links and numbers of items: of what none is given, all are measured.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(TextWriter output, IReadOnlyList<string> choice)
    {
        string[] counts = [.. Counts.Append(Many).Select(count => count.ToString(CultureInfo.InvariantCulture))];
        if (choice.FirstOrDefault(word => !Links.ContainsKey(word) && !counts.Contains(word)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"items-ssh doesn't know '{unknown}'; it knows {string.Join(", ", Links.Keys.Concat(counts))}.");
            return 2;
        }

        bool IsChosen(string name, IEnumerable<string> names) => choice.Contains(name) || !names.Any(choice.Contains);
        using var temp = new TempDirectory();
        await using var hosts = await SshHosts.OpenAsync();
        var node = await hosts.StartAsync("h1");
        await hosts.LinkAsync(node, "slow", LinkSpeed.Slow);
        foreach (var number in Enumerable.Range(0, Many))
        {
            temp.Write($"in/{number}", string.Create(CultureInfo.InvariantCulture, $"{number}\n"));
        }

        await MultiplexedAsync(temp, hosts);
        await Figures.WriteAsync(output, $"items_ssh_first_{Counts[0]}", await OursAsync(temp, hosts.ConfigFile, Links["loopback"], Counts[0]), "0.00", "s");
        foreach (var (name, host) in Links.Where(link => IsChosen(link.Key, Links.Keys)))
        {
            foreach (var count in Counts.Where(count => IsChosen(count.ToString(CultureInfo.InvariantCulture), counts)))
            {
                await CompareAsync(output, temp, hosts, name, host, count);
            }
        }

        if (IsChosen(counts[^1], counts) && IsChosen("loopback", Links.Keys))
        {
            await Figures.WriteAsync(output, $"items_ssh_{Many}", await OursAsync(temp, hosts.ConfigFile, "h1", Many), "0.0", "s");
            using var self = Process.GetCurrentProcess();
            await Figures.WriteAsync(output, $"items_ssh_{Many}_memory", self.PeakWorkingSet64 / 1e6, "0", "MB");
        }

        return 0;
    }

    private static async Task CompareAsync(TextWriter output, TempDirectory temp, SshHosts hosts, string name, string host, int count)
    {
        var ours = await OursAsync(temp, hosts.ConfigFile, host, count);
        await MasterAsync(temp, host, "true");
        var multiplexed = await OursAsync(temp, temp["multiplexed"], host, count);
        var most = name == "51ms" ? MostOfPeerFarAway : MostOfPeer;
        var peers = await PeersAsync(temp, host, Math.Min(count, most)) * count / Math.Min(count, most);
        await MasterAsync(temp, host, "-O", "exit");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{name}, {count} items: {ours:0.00} s, multiplexed {multiplexed:0.00} s, GNU parallel {peers:0.0} s{(count > most ? $" (from {most} items)" : "")}"));
        await Figures.WriteAsync(output, $"items_ssh_{name}_{count}", ours, "0.00", "s");
        await Figures.WriteAsync(output, $"items_ssh_{name}_{count}_faster", peers / ours, "0.0", "times");
        await Figures.WriteAsync(output, $"items_ssh_{name}_{count}_multiplexed", multiplexed, "0.00", "s");
        await Figures.WriteAsync(output, $"items_ssh_{name}_{count}_multiplexed_faster", peers / multiplexed, "0.0", "times");
    }

    private static async Task MultiplexedAsync(TempDirectory temp, SshHosts hosts) => temp.Write(
        "multiplexed",
        $"Host *\n  ControlMaster auto\n  ControlPath {temp.Root}/socket-%C\n  ControlPersist 600\n{await File.ReadAllTextAsync(hosts.ConfigFile)}");

    // Begins and ends the connection that others go over.
    private static async Task MasterAsync(TempDirectory temp, string host, params string[] what)
    {
        string[] arguments = what is ["-O", ..] ? [.. what, host] : [host, .. what];
        var outcome = await ChildProcess.RunAsync("sh", ["-c", "exec ssh -F multiplexed \"$@\" >/dev/null 2>&1 </dev/null", "sh", .. arguments], temp.Root, Limit);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"ssh {string.Join(' ', arguments)} failed.");
        }
    }

    // Everything: connecting, packing meanwhile, pushing, running, collecting.
    private static async Task<double> OursAsync(TempDirectory temp, string config, string host, int count)
    {
        var start = Stopwatch.GetTimestamp();
        var connecting = BenchClusters.ConnectAsync(new ClusterOptions(), BenchClusters.Ssh(config, host));
        var sources = Enumerable.Range(0, count).Select(number => new PayloadSource("inputs", temp[$"in/{number}"], "in")).ToList();
        var payload = await BenchClusters.PackAsync(sources);
        await using var cluster = await connecting;
        var push = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
        Item[] items = [.. Enumerable.Range(0, count).Select(number => new Item { Name = $"{number}", Command = $"cp in/{number} out", Outputs = ["out"] })];
        var workload = new Workload(items, payload, "", Guid.NewGuid().ToString());
        var run = await cluster.RunAsync(workload, push, new RunOptions { Workers = Workers }, null, CancellationToken.None);
        var collected = await cluster.CollectAsync(run, temp[$"artifacts/{run.Run}"], CancellationToken.None);
        return run.Passed && collected.All(item => item.Outputs.Count == 1)
            ? Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InvalidOperationException("An item didn't pass.");
    }

    // In one directory: the peer removes directories that are empty while other items still use them.
    private static async Task<double> PeersAsync(TempDirectory temp, string host, int count)
    {
        const string script = """
            rm -rf flat; mkdir flat
            for number in $(seq 0 $(($2 - 1))); do cp "in/$number" "flat/$number"; done
            begun=$(date +%s%N)
            (cd flat && seq 0 $(($2 - 1)) | parallel --will-cite -j "$3" --ssh 'ssh -F ../multiplexed' -S "$1" --transferfile {} --return {}.out --cleanup 'cp {} {}.out')
            ended=$(date +%s%N)
            [ "$(ls flat | grep -c out)" -eq "$2" ] || exit 1
            echo $((ended - begun))
            """;
        var outcome = await ChildProcess.RunAsync(
            "sh", ["-c", script, "peer", host, $"{count}", $"{Workers}"], temp.Root, Limit, new Dictionary<string, string> { ["HOME"] = temp.Root });
        return outcome.ExitCode == 0
            ? long.Parse(outcome.Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture) / 1e9
            : throw new InvalidOperationException($"GNU parallel failed: {outcome.Output}");
    }
}
