using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Clusters;

/// <summary>
/// A cluster on this machine with a scheduler: a host to log in to, where it is ruled from, and nodes with processes, names and addresses of
/// their own. It ends with this object, and with this process, however it ends.
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

    /// <summary>What people call the scheduler.</summary>
    public abstract string Scheduler { get; }

    /// <summary>What Clustrix's settings call the scheduler.</summary>
    public abstract string SchedulerSetting { get; }

    /// <summary>Runs a command of <c>sh</c> as the user who is logged in.</summary>
    public Task<ProcessOutcome> RunAsync(string command) => Login.RunAsync(command);

    /// <summary>What the scheduler says of the jobs that wait or run; empty when there are none.</summary>
    public abstract Task<string> QueueAsync();

    /// <summary>Ends a job as its owner does.</summary>
    public Task<ProcessOutcome> DeleteAsync(string job) => RunAsync($"{DeleteCommand} {job}");

    /// <summary>Gives no node jobs any more; what runs there goes on.</summary>
    public Task DrainAsync() => EachAsync(DrainAsync);

    /// <summary>Gives all nodes jobs again.</summary>
    public Task ResumeAsync() => EachAsync(ResumeAsync);

    /// <summary>Gives a node no jobs any more; what runs there goes on.</summary>
    public abstract Task DrainAsync(SshNode node);

    /// <summary>Gives a node jobs again.</summary>
    public abstract Task ResumeAsync(SshNode node);

    /// <summary>Waits until the scheduler has written down all jobs that it knows now; one has to be running.</summary>
    public virtual Task WrittenDownAsync() => Task.CompletedTask;

    /// <summary>Ends the scheduler so that it can't write anything down.</summary>
    public Task KillSchedulerAsync() => CommandAsync(SchedulerPart, "kill");

    /// <summary>Starts the scheduler again, with what it wrote down.</summary>
    public Task StartSchedulerAsync() => CommandAsync(SchedulerPart, "start");

    /// <summary>Ends the daemon of a node so that it can do nothing about it. What runs there goes on.</summary>
    public Task KillDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "kill");

    /// <summary>Starts the daemon of a node again, unless it runs.</summary>
    public Task StartDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "start");

    /// <summary>Ends every process of a node at once and starts it again, with its daemon.</summary>
    public Task RebootAsync(SshNode node) => CommandAsync("reboot", node.Name);

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        _temp.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the cluster's script calls the scheduler's own daemon.</summary>
    private protected abstract string SchedulerPart { get; }

    /// <summary>The command by which users end jobs.</summary>
    private protected abstract string DeleteCommand { get; }

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

    private async Task EachAsync(Func<SshNode, Task> act)
    {
        foreach (var node in Nodes)
        {
            await act(node);
        }
    }

    private static string At(string script) => Repository.At("eng/clusters/" + script);
}
