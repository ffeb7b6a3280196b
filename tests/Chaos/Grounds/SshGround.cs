using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Grounds;

/// <summary>A real host behind a real sshd, with a small disk.</summary>
internal sealed class SshGround : RemoteGround
{
    private const long Disk = 64 << 20;

    private readonly SshHosts _hosts;
    private readonly SshNode _node;

    private SshGround(SshHosts hosts, SshNode node)
    {
        _hosts = hosts;
        _node = node;
        Directory.CreateDirectory(ClientHome);
    }

    public override IReadOnlyList<string> ClientArguments => ["--cluster", $"ssh://{_node.Name}", "--ssh-config", _hosts.ConfigFile];

    public override SshNode? Login => _node;

    private protected override SshHosts Hosts => _hosts;

    public static async Task<SshGround> StartAsync()
    {
        var hosts = await SshHosts.OpenAsync();
        try
        {
            return new SshGround(hosts, await hosts.StartAsync("h1", SshTrait.Disk(Disk)));
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _hosts.DisposeAsync();
        await base.DisposeAsync();
    }
}
