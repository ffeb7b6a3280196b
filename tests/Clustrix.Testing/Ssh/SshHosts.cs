using System.Diagnostics;

namespace Clustrix.Testing.Ssh;

/// <summary>
/// A set of SSH hosts on this machine, each with network, processes, name and home of its own. The set ends with this object, and with
/// this process, however it ends.
/// </summary>
public sealed class SshHosts : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly Lazy<string?> Lack = new(Check);

    private readonly TempDirectory _temp = new();
    private readonly List<LinkProxy> _links = [];
    private Process? _keeper;

    private SshHosts()
    {
    }

    /// <summary>Why no hosts can be made on this machine; null when they can.</summary>
    public static string? Missing => Lack.Value;

    /// <summary>An <c>ssh_config</c> that knows all hosts by name: for <c>ssh -F</c>.</summary>
    public string ConfigFile => In("ssh_config");

    /// <summary>The public keys of the hosts, by address.</summary>
    public string KnownHostsFile => In("known_hosts");

    /// <summary>The key that all hosts let in.</summary>
    public string KeyFile => In("user_key");

    /// <summary>The directory that hosts with <see cref="SshTrait.Shared"/> have as <c>/shared</c>.</summary>
    public string SharedDirectory => In("shared");

    /// <summary>Makes a set without hosts.</summary>
    public static async Task<SshHosts> OpenAsync()
    {
        var hosts = new SshHosts();
        try
        {
            await hosts.HoldAsync();
            return hosts;
        }
        catch
        {
            await hosts.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a host. Hosts of one set see each other, and may be started at once.</summary>
    /// <param name="name">Small letters and digits; what <c>ssh</c> and the host itself call it.</param>
    /// <param name="traits">In what the host differs from an ordinary one.</param>
    public async Task<SshNode> StartAsync(string name, params SshTrait[] traits)
    {
        await CommandAsync(["up", In(""), name, .. traits.Select(trait => trait.Text)]);
        return Known(name);
    }

    /// <summary>Puts a link in front of a host: who connects to the alias reaches the host through it.</summary>
    public async Task<LinkProxy> LinkAsync(SshNode node, string alias, LinkSpeed speed)
    {
        var link = LinkProxy.Start(node.Address, SshNode.Port, speed);
        _links.Add(link);
        await CommandAsync(["alias", In(""), alias, node.Name, $"{link.Port}"]);
        return link;
    }

    /// <summary>Runs a command on a host, as its user, by the machine's own <c>ssh</c>.</summary>
    public Task<ProcessOutcome> SshAsync(string host, string command, params string[] options) =>
        ChildProcess.RunAsync("ssh", ["-F", ConfigFile, "-o", "BatchMode=yes", .. options, host, command], _temp.Root, Limit);

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }

        if (_keeper is not null)
        {
            await EndAsync(_keeper);
            _keeper = null;
            await CommandAsync(["close", In("")]);
            _temp.Dispose();
        }
    }

    /// <summary>A host of this set that was started before, by whomever.</summary>
    public SshNode Known(string name) => new(this, name, File.ReadAllText(In($"{name}/address")).Trim());

    internal async Task CommandAsync(params string[] arguments)
    {
        var outcome = await TryAsync(arguments);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"hosts.sh {string.Join(' ', arguments)}: {outcome.Output}");
        }
    }

    internal Task<ProcessOutcome> TryAsync(params string[] arguments) => ChildProcess.RunAsync(Script, arguments, _temp.Root, Limit);

    /// <summary>A path in the set's directory, where <c>hosts.sh</c> keeps what it knows.</summary>
    internal string In(string relative) => _temp[Path.Combine("ssh", relative)];

    private static string Script => Repository.At("eng/sshd/hosts.sh");

    private static string? Check()
    {
        // An attribute asks, which can't wait otherwise.
        var outcome = Task.Run(() => ChildProcess.RunAsync(Script, ["check"], "/", Limit)).GetAwaiter().GetResult();
        return outcome.ExitCode == 0 ? null : $"no SSH hosts can be made here ({outcome.Output.Trim()}); eng/services.sh install brings what they need";
    }

    // The set lives as long as somebody holds the other end of its standard input: should this process be killed, the kernel lets go of it.
    private async Task HoldAsync()
    {
        _keeper = Process.Start(ChildProcess.StartInfo(Script, ["hold", In("")], "/"))!;
        using var limit = new CancellationTokenSource(Limit);
        if (await _keeper.StandardOutput.ReadLineAsync(limit.Token) != "ready")
        {
            throw new InvalidOperationException($"hosts.sh hold: {await _keeper.StandardError.ReadToEndAsync(limit.Token)}");
        }
    }

    private static async Task EndAsync(Process keeper)
    {
        keeper.StandardInput.Close();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await keeper.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            keeper.Kill(entireProcessTree: true);
        }

        keeper.Dispose();
    }
}
