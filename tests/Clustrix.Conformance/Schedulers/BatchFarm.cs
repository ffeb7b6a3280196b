using Clustrix.Configuration;
using Clustrix.Conformance.Ssh;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Clusters;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Schedulers;

/// <summary>A cluster with a scheduler and what a test needs to run workloads on it.</summary>
/// <param name="nodes">The cluster.</param>
public abstract class BatchFarm(TestCluster nodes) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly SettingOrigin Origin = new(SettingLayer.Argument, "Hosts");

    private readonly CancellationTokenSource _limit = new(Limit);

    /// <summary>The cluster, whatever its scheduler is.</summary>
    public TestCluster Machines => nodes;

    /// <summary>What is asked of the scheduler unless a test asks for something else.</summary>
    public BatchOptions Options => new() { Scheduler = nodes.SchedulerSetting };

    public TempDirectory Directory { get; } = new();

    public KeptLog Log { get; } = new();

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Token => _limit.Token;

    public static Item Item(string name, string command) => new() { Name = name, Command = command, Timeout = TimeSpan.FromMinutes(2) };

    public SshHost Login() => new(
        SshAddress.Parse("login", Origin), new SshOptions(nodes.Hosts.ConfigFile, "strict", TimeSpan.FromSeconds(5)), Environments.Own);

    public Task<Cluster> ConnectAsync(BatchOptions? batch = null, string storeRoot = "", TimeProvider? time = null) => Cluster.ConnectAsync(
        [Login()], new ClusterOptions { StoreRoot = storeRoot, Batch = batch ?? Options }, Log, time ?? TimeProvider.System, Token);

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

    /// <summary>What a command says on the login host.</summary>
    public async Task<string> AskAsync(string command) => (await nodes.RunAsync(command)).Output.Trim();

    /// <summary>The ids of all jobs that were ever submitted for runs of the store, one a line.</summary>
    public Task<string> JobsAsync() => AskAsync("cat .cache/clustrix/run/*/jobs/*.id");

    /// <summary>As above, as soon as there is one: an item may have begun before the store notes whose job its worker is.</summary>
    public async Task<string> SubmittedAsync()
    {
        var jobs = "";
        await Condition.HoldsAsync(async () => (jobs = await AskAsync("cat .cache/clustrix/run/*/jobs/*.id 2>/dev/null || :")).Length > 0, "the workers are submitted");
        return jobs;
    }

    /// <summary>Waits until the scheduler was asked for its queue once more, or the run is over.</summary>
    public async Task AskedAgainAsync(Task run)
    {
        await AskAsync("touch before");
        await Condition.HoldsAsync(
            async () => run.IsCompleted || await AskAsync("find .cache/clustrix/queue.answer -newer before") == ".cache/clustrix/queue.answer", "the scheduler was asked again");
    }

    public async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        Directory.Dispose();
        _limit.Dispose();
        GC.SuppressFinalize(this);
    }
}
