using System.Security.Cryptography;
using System.Text;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

/// <summary>A node of one kind with a store of its own, and what a test needs to talk to it.</summary>
public sealed class Node : IDisposable
{
    /// <summary>The kind for tests in which neither the shell nor the tools matter.</summary>
    public const string Usual = "dash";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly Toolbox _toolbox;

    public Node(string kind = Usual)
    {
        _toolbox = new Toolbox(kind);
        StoreRoot = Directory["a store's root"];
        Host = _toolbox.Host();
    }

    public TempDirectory Directory { get; } = new();

    public string StoreRoot { get; set; }

    public IHost Host { get; set; }

    public KeptLog Log { get; } = new();

    public Toolbox Toolbox => _toolbox;

    /// <summary>Ends a test that hangs.</summary>
    public CancellationToken Token => _limit.Token;

    public StoreContents Store => new(StoreRoot);

    public static Item Item(string name, string command) => new() { Name = name, Command = command, Timeout = TimeSpan.FromMinutes(2) };

    public static Workload Workload(Payload payload, params Item[] items) => new(items, payload, "environment", "");

    public static Payload PayloadOf(params LayerFile[] files) => new([new Layer("test", files)]);

    public LayerFile TextFile(string path, string content, bool executable = false)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        var source = Directory.Write("sources/" + digest, content);
        return new LayerFile(path, FileKind.File, executable, Encoding.UTF8.GetByteCount(content), digest, null, source);
    }

    /// <summary>A payload of as many files, each with a content of its own.</summary>
    public Payload Files(string salt, int count, int lines = 400) =>
        PayloadOf([.. Enumerable.Range(0, count).Select(number => TextFile($"{number}", string.Concat(Enumerable.Repeat($"{salt} {number}\n", lines))))]);

    public Task<NodeSession> OpenAsync(IHost? host = null) => NodeSession.OpenAsync(host ?? Host, StoreRoot, Token);

    public Task<Cluster> ConnectAsync(IHost? host = null) => ConnectAsync(new ClusterOptions(), host);

    public Task<Cluster> ConnectAsync(ClusterOptions options, IHost? host = null) =>
        Cluster.ConnectAsync([host ?? Host], options with { StoreRoot = StoreRoot }, Log, TimeProvider.System, Token);

    /// <summary>Pushes over a connection of its own.</summary>
    public async Task<PushResult> PushAsync(Payload payload, Verification verification = Verification.Changed, IHost? host = null)
    {
        await using var cluster = await ConnectAsync(host);
        return await cluster.PushAsync(payload, verification, Token);
    }

    /// <summary>Pushes over a connection of its own, as a client that remembers what it has pushed.</summary>
    public async Task<PushResult> PushRememberedAsync(Payload payload, Verification verification = Verification.Changed, IHost? host = null)
    {
        await using var session = await OpenAsync(host);
        return await new Store(session, Log) { Pushed = PushedPayloads.In(Directory["cache"], StoreRoot) }.PushAsync(payload, verification, Token);
    }

    /// <summary>Runs items to the end and brings everything back.</summary>
    public async Task<(RunResult Run, IReadOnlyList<CollectedItem> Items)> RunAsync(
        Payload payload, IReadOnlyList<Item> items, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(Token, cancellationToken);
        await using var cluster = await ConnectAsync();
        var push = await cluster.PushAsync(payload, Verification.Changed, both.Token);
        var run = await cluster.RunAsync(new Workload(items, payload, "environment", ""), push, options ?? new RunOptions { Workers = 2 }, null, both.Token);
        return (run, await cluster.CollectAsync(run, Directory["artifacts/" + run.Run], both.Token));
    }

    /// <summary>Submits a workload's run and starts nobody to work on it, as a client does that is killed at the wrong moment.</summary>
    public async Task<string> SubmitAsync(Workload workload, TimeSpan? lateAfter = null)
    {
        await using var session = await OpenAsync();
        var push = await new Store(session, Log).PushAsync(workload.Payload, Verification.Changed, Token);
        string[] keys = [.. workload.Items.Select(workload.KeyOf).Select(key => $"{key[..2]}/{key[2..]}")];
        string[] entries = [.. ResourceClass.OfEach(workload.Items.ToList()).Select((itemClass, number) => RunSharing.Entry(itemClass, number, number, 1))];
        var submission = new RunSubmission(
            workload,
            keys,
            Path.GetFileName(push.Workspace),
            "",
            new Dictionary<int, AttemptRecord>(),
            entries,
            [.. workload.Items.Select(_ => lateAfter)],
            isShared: false,
            new RunOptions { Workers = 2 },
            batch: null);
        return await submission.SendAsync(session, RunId.New(TimeProvider.System), workload.IntentKey(), Token);
    }

    /// <summary>Runs a workload over a connection that is there, and collects nothing.</summary>
    public async Task<RunResult> RunAsync(Cluster cluster, Workload workload, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(Token, cancellationToken);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, both.Token);
        return await cluster.RunAsync(workload, push, options ?? new RunOptions { Workers = 2 }, null, both.Token);
    }

    /// <summary>Runs a workload over a connection of its own, and collects nothing.</summary>
    public async Task<RunResult> RunAsync(Workload workload, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using var cluster = await ConnectAsync();
        return await RunAsync(cluster, workload, options, cancellationToken);
    }

    /// <summary>Waits until no pool is at work any more; the last thing that it does is nothing that a client waits for.</summary>
    public Task IdleAsync() => Condition.HoldsAsync(() => !Store.Pools.Any(), "no pool is at work");

    public async Task<CleanResult> CleanAsync(int days = 0, bool dryRun = false, long limit = long.MaxValue)
    {
        await using var cluster = await ConnectAsync();
        return CleanResult.Of(await cluster.CleanAsync(new Retention(days, limit), dryRun, Token));
    }

    public async Task<CleanResult?> TidyAsync(Retention retention, long growth = 0)
    {
        await using var session = await OpenAsync();
        return await new Store(session, Log).TidyAsync(retention, growth, Token);
    }

    public void Dispose()
    {
        // What is still at work would write to what is being removed.
        foreach (var pool in Store.Pools)
        {
            Processes.Kill(pool);
        }

        Directory.Dispose();
        _toolbox.Dispose();
        _limit.Dispose();
    }
}
