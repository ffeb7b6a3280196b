using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Grounds;

/// <summary>Where rounds are played, one after the other: a cluster, the client's machine, and what can be looked at and done to both.</summary>
internal abstract class Ground : IAsyncDisposable
{
    private protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private protected TempDirectory Temp { get; } = new();

    /// <summary>The home of the client's user.</summary>
    public string ClientHome => Temp["client"];

    /// <summary>The home of the user where the items run.</summary>
    public abstract string Home { get; }

    /// <summary>The store's root, where the items run.</summary>
    public string StoreRoot => $"{Home}/.cache/clustrix";

    /// <summary>How a client is told of the cluster.</summary>
    public abstract IReadOnlyList<string> ClientArguments { get; }

    /// <summary>The program by which a client gets a shell there.</summary>
    public abstract string WayIn { get; }

    /// <summary>Where users log in; null for this machine.</summary>
    public virtual SshNode? Login => null;

    /// <summary>Where workers run; none for this machine.</summary>
    public virtual IReadOnlyList<SshNode> Nodes => Login is { } login ? [login] : [];

    public abstract Invariants Invariants { get; }

    private protected abstract IHost Host { get; }

    /// <summary>A directory of the client's machine that nobody else has.</summary>
    public string At(string name) => Temp[name];

    /// <summary>What a script of <c>sh</c> says where the store is.</summary>
    public async Task<string> AskAsync(string script) => (await TryAsync(script)).Output.Trim();

    /// <summary>The command lines of all processes of the user's there.</summary>
    public abstract Task<IReadOnlyList<string>> ProcessesAsync();

    /// <summary>Removes from the store what nobody uses, which a while after a run is everything.</summary>
    public async Task CleanAsync()
    {
        await AskAsync($"touch -d '1 hour ago' '{StoreRoot}'/run/*/pool-* '{StoreRoot}'/run/*/beat.*");
        using var limit = new CancellationTokenSource(Limit);
        await using var cluster = await Cluster.ConnectAsync([Host], new ClusterOptions { StoreRoot = StoreRoot }, SilentLog.Instance, TimeProvider.System, limit.Token);
        await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, limit.Token);
    }

    /// <summary>What is left in a scheduler's queue, and which of its nodes aren't as they should be; nothing where there is no scheduler.</summary>
    public virtual Task<string> QueueAsync() => Task.FromResult("");

    /// <summary>The jobs that a scheduler was given more than once.</summary>
    public virtual Task<string> DoubleJobsAsync() => Task.FromResult("");

    /// <summary>What somebody who looks for the cause of a failure wants to see.</summary>
    public async Task<string> LookAsync() =>
        $"""
        processes:
        {string.Join('\n', await ProcessesAsync())}
        queue:
        {await QueueAsync()}
        runs:
        {await AskAsync($"cd '{StoreRoot}' && ls -d tmp/* tmp/*/lease; for run in run/*/; do (cd \"$run\" && ls . todo claim wait done jobs && tail -n 5 journal.* pool.log jobs/*.out); done 2>&1")}
        """;

    public virtual ValueTask DisposeAsync()
    {
        Temp.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected abstract Task<ProcessOutcome> TryAsync(string script);
}
