using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

/// <summary>A node of one kind with a store of its own, and what a test needs to talk to it.</summary>
public sealed class Node : IDisposable
{
    private readonly Toolbox _toolbox;

    public Node(string kind)
    {
        _toolbox = new Toolbox(kind);
        StoreRoot = Directory["a store's root"];
    }

    public TempDirectory Directory { get; } = new();

    public string StoreRoot { get; set; }

    public ILog Log { get; init; } = SilentLog.Instance;

    public Toolbox Toolbox => _toolbox;

    public static Item Item(string name, string command) => new() { Name = name, Command = command, Timeout = TimeSpan.FromMinutes(2) };

    public static LayerFile TextFile(string path, string content, TempDirectory directory, bool executable = false)
    {
        var source = directory.Write("sources/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path + content))), content);
        return new LayerFile(
            path, FileKind.File, executable, Encoding.UTF8.GetByteCount(content), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content))), null, source);
    }

    public LayerFile TextFile(string path, string content, bool executable = false) => TextFile(path, content, Directory, executable);

    public static Payload PayloadOf(params LayerFile[] files) => new([new Layer("test", files)]);

    public Task<Cluster> ConnectAsync() => Cluster.ConnectAsync(_toolbox.Host(), StoreRoot, Log, TimeProvider.System, CancellationToken.None);

    /// <summary>Runs items to the end and brings everything back.</summary>
    public async Task<(RunResult Run, IReadOnlyList<Results.CollectedItem> Items)> RunAsync(
        Payload payload, IReadOnlyList<Item> items, RunOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using var cluster = await ConnectAsync();
        var push = await cluster.PushAsync(payload, Verification.Changed, cancellationToken);
        var run = await cluster.RunAsync(new Workload(items, payload, "environment", ""), push, options ?? new RunOptions { Workers = 2 }, null, cancellationToken);
        return (run, await cluster.CollectAsync(run, Directory["artifacts/" + run.Run], cancellationToken));
    }

    public void Dispose()
    {
        Directory.Dispose();
        _toolbox.Dispose();
    }
}
