using Clustrix.Configuration;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>A cluster of real SSH hosts and what a test needs to talk to it.</summary>
public sealed class Farm : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly SettingOrigin Origin = new(SettingLayer.Argument, "Hosts");

    private readonly CancellationTokenSource _limit = new(Limit);

    private Farm(SshHosts hosts)
    {
        Hosts = hosts;
    }

    public SshHosts Hosts { get; }

    public TempDirectory Directory { get; } = new();

    public KeptLog Log { get; } = new();

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Token => _limit.Token;

    public static async Task<Farm> OpenAsync() => new(await SshHosts.OpenAsync());

    public static Item Item(string name, string command) => new() { Name = name, Command = command, Timeout = TimeSpan.FromMinutes(2) };

    public static Workload Workload(Payload payload, params Item[] items) => new(items, payload, "environment", "");

    public SshHost Host(string name, string policy = "strict") => new(
        SshAddress.Parse(name, Origin), new SshOptions(Hosts.ConfigFile, policy, TimeSpan.FromSeconds(5)), Environments.Own);

    public Task<Cluster> ConnectAsync(params string[] hosts) => ConnectAsync(new ClusterOptions(), hosts);

    public Task<Cluster> ConnectAsync(ClusterOptions options, params string[] hosts) =>
        Cluster.ConnectAsync([.. hosts.Select(host => Host(host))], options, Log, TimeProvider.System, Token);

    /// <summary>A payload of text files, each with its name as the content.</summary>
    public async Task<Payload> PayloadAsync(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.Write("payload/" + file, file + "\n");
        }

        return await new PayloadBuilder(cache: null, TimeProvider.System).BuildAsync([new PayloadSource("test", Directory["payload"], "")], Token);
    }

    /// <summary>Runs a workload to its end and brings everything back.</summary>
    public async Task<(RunResult Run, IReadOnlyList<CollectedItem> Items)> RunAsync(Cluster cluster, Workload workload, RunOptions? options = null)
    {
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, Token);
        var run = await cluster.RunAsync(workload, push, options ?? new RunOptions { Workers = 2 }, null, Token);
        return (run, await cluster.CollectAsync(run, Directory["artifacts/" + run.Run], Token));
    }

    /// <summary>Waits until nothing of the user's is left on a host, neither processes nor what a clean-up should have removed.</summary>
    public Task NothingIsLeftAsync(SshNode node) => Invariants.Of(node).NothingIsLeftAsync(node.ProcessesOfUserAsync, async () =>
    {
        await using var cluster = await ConnectAsync(node.Name);
        await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, Token);
    });

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        Directory.Dispose();
        _limit.Dispose();
    }
}
