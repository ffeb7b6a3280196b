using Clustrix.Configuration;
using Clustrix.Conformance.Ssh;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Slurm;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Slurm;

/// <summary>A real Slurm cluster and what a test needs to run workloads on it.</summary>
public sealed class SlurmFarm : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly SettingOrigin Origin = new(SettingLayer.Argument, "Hosts");

    private readonly CancellationTokenSource _limit = new(Limit);

    private SlurmFarm(SlurmCluster slurm)
    {
        Slurm = slurm;
    }

    public SlurmCluster Slurm { get; }

    public TempDirectory Directory { get; } = new();

    public KeptLog Log { get; } = new();

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Token => _limit.Token;

    public static async Task<SlurmFarm> StartAsync(SlurmOptions? options = null) => new(await SlurmCluster.StartAsync(options ?? new SlurmOptions { Tuned = true }));

    public static Item Item(string name, string command) => new() { Name = name, Command = command, Timeout = TimeSpan.FromMinutes(2) };

    public SshHost Login() => new(
        SshAddress.Parse("login", Origin), new SshOptions(Slurm.Hosts.ConfigFile, "strict", TimeSpan.FromSeconds(5)), Environments.Own);

    public Task<Cluster> ConnectAsync(BatchOptions? batch = null, string storeRoot = "") => Cluster.ConnectAsync(
        [Login()], new ClusterOptions { StoreRoot = storeRoot, Batch = batch ?? new BatchOptions { Scheduler = "slurm" } }, Log, TimeProvider.System, Token);

    /// <summary>Items over a payload of one small file.</summary>
    public async Task<Workload> WorkloadAsync(params Item[] items)
    {
        Directory.Write("payload/a", "a\n");
        var payload = await new PayloadBuilder(cache: null, TimeProvider.System).BuildAsync([new PayloadSource("test", Directory["payload"], "")], Token);
        return new Workload(items, payload, "environment", "");
    }

    /// <summary>Runs a workload to its end and brings everything back.</summary>
    public async Task<(RunResult Run, IReadOnlyList<CollectedItem> Items)> RunAsync(Cluster cluster, Workload workload, RunOptions? options = null)
    {
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, Token);
        var run = await cluster.RunAsync(workload, push, options ?? new RunOptions(), null, Token);
        return (run, await cluster.CollectAsync(run, Directory["artifacts/" + run.Run], Token));
    }

    /// <summary>What Slurm says when it is asked on the login host.</summary>
    public async Task<string> AskAsync(string command) => (await Slurm.RunAsync(command)).Output.Trim();

    public async ValueTask DisposeAsync()
    {
        await Slurm.DisposeAsync();
        Directory.Dispose();
        _limit.Dispose();
    }
}
