using System.Runtime.InteropServices;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>A host, the ways to it, a tree that is brought there, and everybody who brings it.</summary>
internal sealed class PushSshSite : IAsyncDisposable
{
    private const long DiskSize = 4L << 30;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    // Longer than the digest cache's distrust of fresh files.
    private static readonly TimeSpan UntilTrusted = TimeSpan.FromSeconds(3);

    private readonly TempDirectory _temp = new();
    private readonly SshHosts _hosts;
    private readonly SshNode _node;
    private int _changes;
    private bool _isCold;

    private PushSshSite(SshHosts hosts, SshNode node)
    {
        _hosts = hosts;
        _node = node;
    }

    public string Tree => _temp["tree"];

    /// <summary>What the last push of ours told.</summary>
    public PushResult? LastPush { get; private set; }

    public static async Task<PushSshSite> OpenAsync()
    {
        var hosts = await SshHosts.OpenAsync();
        var node = await hosts.StartAsync("h1", SshTrait.Disk(DiskSize));
        await hosts.LinkAsync(node, "slow", LinkSpeed.Slow);
        var site = new PushSshSite(hosts, node);
        await site.ShellAsync("""
            cp -a "$1" tree
            mkdir sockets
            { echo 'Host *'; echo "  ControlMaster auto"; echo "  ControlPath $PWD/sockets/%C"; echo '  ControlPersist 600'; cat "$2"; } >multiplexed
            """, Path.Combine(Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory()), "sdk"), hosts.ConfigFile);
        await Task.Delay(UntilTrusted);
        return site;
    }

    /// <summary>A way; on one that is multiplexed, a connection is there, and on every one there has been a push.</summary>
    public async Task<PushSshWay> WayAsync(string link, string connection)
    {
        _isCold = false;
        var way = new PushSshWay(_node, link == "slow" ? "slow" : _node.Name, connection == "fresh" ? _hosts.ConfigFile : _temp["multiplexed"], link == "slow");
        await ShellAsync("ssh -F \"$1\" -o BatchMode=yes \"$2\" true >/dev/null 2>&1 </dev/null", way.Config, way.Host);
        var direct = way with { Host = _node.Name, Config = _hosts.ConfigFile, IsSlow = false };
        await RsyncAsync(direct, "-a");
        await RsyncAsync(direct, "-az");
        await PushAsync(direct);
        await PushAsync(way);
        return way;
    }

    public async Task ForgetAsync()
    {
        _isCold = true;
        await ShellAsync("rm -rf cold");
        await _node.RunAsRootAsync($"rm -rf {SshNode.Home}/cold*");
    }

    /// <summary>As a fresh checkout does.</summary>
    public async Task ResetTimesAsync()
    {
        await ShellAsync("find tree -exec touch -h {} +");
        await Task.Delay(UntilTrusted);
    }

    public async Task EditAsync()
    {
        // 740 KB of IL: larger than 95 of 100 assemblies here.
        var assembly = Directory.EnumerateFiles(Tree, "NuGet.Packaging.dll", SearchOption.AllDirectories).MinBy(path => new FileInfo(path).Length)!;
        var content = await File.ReadAllBytesAsync(assembly);
        var stamp = Guid.NewGuid().ToByteArray();
        stamp.CopyTo(content, 136);
        stamp.CopyTo(content, content.Length / 3);
        await File.WriteAllBytesAsync(assembly, [.. content[..(content.Length / 2)], .. stamp, .. content[(content.Length / 2)..]]);
        await Task.Delay(UntilTrusted);
    }

    public async Task AddAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Tree, $"added{_changes++}.txt"), string.Join('\n', Enumerable.Range(0, 500).Select(_ => Guid.NewGuid())));
        await Task.Delay(UntilTrusted);
    }

    public async Task PushAsync(PushSshWay way)
    {
        var client = new Client(_temp.Root, BenchClusters.Variables, SilentLog.Instance, TimeProvider.System);
        var settings = await client.ReadSettingsAsync(
            [
                Value(SettingsSchema.Hosts, way.Host),
                Value(SettingsSchema.SshConfig, way.Config),
                Value(SettingsSchema.StoreRoot, $"{SshNode.Home}/{(_isCold ? "cold" : "store")}"),
                Value(SettingsSchema.CacheDirectory, _temp[_isCold ? "cold" : "cache"]),
            ],
            CancellationToken.None);
        await using var connection = client.BeginConnecting(settings, CancellationToken.None);
        var payload = await connection.PackAsync([new PayloadSource("tree", Tree, "")], CancellationToken.None);
        var cluster = await connection.ClusterAsync();
        LastPush = await cluster.PushAsync(payload, Verification.Changed, CancellationToken.None);
    }

    public Task RsyncAsync(PushSshWay way, string mode) =>
        ShellAsync("rsync \"$1\" --delete -e \"ssh -F $2 -o BatchMode=yes\" tree/ \"$3:$4/\"", mode, way.Config, way.Host, (_isCold ? "cold" : "copy") + mode);

    public Task TarAsync(PushSshWay way) => ShellAsync(
        way.IsSlow
            ? "tar -czf - -C tree . | ssh -F \"$1\" \"$2\" 'mkdir cold-tar && tar -xzf - -C cold-tar'"
            : "tar -cf - -C tree . | ssh -F \"$1\" \"$2\" 'mkdir cold-tar && tar -xf - -C cold-tar'",
        way.Config,
        way.Host);

    public async ValueTask DisposeAsync()
    {
        await ShellAsync("for host in slow h1; do ssh -F multiplexed -O exit \"$host\" >/dev/null 2>&1 || :; done");
        await _hosts.DisposeAsync();
        _temp.Dispose();
    }

    private static SettingValue Value(Setting setting, string text) => new(setting, [text], new SettingOrigin(SettingLayer.Argument, setting.Name));

    private async Task ShellAsync(string script, params string[] arguments)
    {
        var outcome = await ChildProcess.RunAsync("sh", ["-ec", script, "sh", .. arguments], _temp.Root, Limit);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{script}' ended with {outcome.ExitCode}: {outcome.Output}");
        }
    }
}
