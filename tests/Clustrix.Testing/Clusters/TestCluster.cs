using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Clusters;

/// <summary>
/// A cluster on this machine: a host to log in to, and nodes with processes, names and addresses of their own. It ends with this object,
/// and with this process, however it ends.
/// </summary>
public abstract class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _temp = new();
    private readonly string _script;

    private protected TestCluster(string script, SshHosts hosts)
    {
        _script = script;
        Hosts = hosts;
    }

    /// <summary>The cluster's hosts: <c>ssh -F ConfigFile login</c> logs in.</summary>
    public SshHosts Hosts { get; }

    /// <summary>Where users log in, and where the cluster is ruled from.</summary>
    public SshNode Login => Hosts.Known("login");

    /// <summary>The nodes that compute, n1 first.</summary>
    public IReadOnlyList<SshNode> Nodes { get; private set; } = [];

    /// <summary>A directory of this machine that all hosts of the cluster have under the same path.</summary>
    public string SharedDirectory => Hosts.SharedDirectory;

    /// <summary>Runs a command of <c>sh</c> as the user who is logged in.</summary>
    public Task<ProcessOutcome> RunAsync(string command) => Hosts.SshAsync(Login.Name, command);

    /// <summary>Ends the daemon of a node so that it can do nothing about it. What runs there goes on.</summary>
    public Task KillDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "kill");

    /// <summary>Starts the daemon of a node again.</summary>
    public Task StartDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "start");

    /// <summary>Ends every process of a node at once and starts it again, with its daemon.</summary>
    public Task RebootAsync(SshNode node) => CommandAsync("reboot", node.Name);

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        _temp.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static string? Check(string script, string what)
    {
        // An attribute asks, which can't wait otherwise.
        var outcome = Task.Run(() => ChildProcess.RunAsync(At(script), ["check"], "/", Limit)).GetAwaiter().GetResult();
        return outcome.ExitCode == 0 ? null : $"no {what} cluster can be made here ({outcome.Output.Trim()}); eng/services.sh install brings what it needs";
    }

    private protected async Task UpAsync(int nodes, IEnumerable<string> traits)
    {
        try
        {
            await CommandAsync("up", [$"nodes={nodes}", .. traits]);
            Nodes = [.. Enumerable.Range(1, nodes).Select(number => Hosts.Known($"n{number}"))];
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private protected async Task CommandAsync(string command, params string[] arguments)
    {
        var outcome = await ChildProcess.RunAsync(At(_script), [command, Hosts.In(""), .. arguments], _temp.Root, Limit);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_script} {command} {string.Join(' ', arguments)}: {outcome.Output}");
        }
    }

    /// <summary>Runs a command of the administrator's.</summary>
    private protected async Task RuleAsync(string command)
    {
        var outcome = await Login.RunAsRootAsync(command);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command}: {outcome.Output}");
        }
    }

    private static string At(string script) => Repository.At("eng/clusters/" + script);
}
