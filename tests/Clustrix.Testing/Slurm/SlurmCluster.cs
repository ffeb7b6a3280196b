using System.Globalization;
using Clustrix.Testing.Ssh;

namespace Clustrix.Testing.Slurm;

/// <summary>
/// A Slurm cluster on this machine: a host to log in to, on which slurmctld runs, and nodes with processes, names and addresses of their
/// own. It ends with this object, and with this process, however it ends.
/// </summary>
public sealed class SlurmCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly Lazy<string?> Lack = new(Check);

    private readonly TempDirectory _temp = new();

    private SlurmCluster(SshHosts hosts)
    {
        Hosts = hosts;
    }

    /// <summary>Why no cluster can be made on this machine; null when it can.</summary>
    public static string? Missing => Lack.Value;

    /// <summary>The cluster's hosts: <c>ssh -F ConfigFile login</c> logs in.</summary>
    public SshHosts Hosts { get; }

    /// <summary>Where users log in, and slurmctld runs.</summary>
    public SshNode Login => Hosts.Known("login");

    /// <summary>The nodes that compute, n1 first.</summary>
    public IReadOnlyList<SshNode> Nodes { get; private set; } = [];

    /// <summary>
    /// What a program of this machine needs to talk to the cluster without logging in. Its jobs find nothing of this machine's files but what is
    /// in <see cref="SharedDirectory"/>, and run as its user, whom the hosts know.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["SLURM_CONF"] = Hosts.In("slurm/client.conf") };

    /// <summary>A directory of this machine that all hosts of the cluster have under the same path.</summary>
    public string SharedDirectory => Hosts.SharedDirectory;

    /// <summary>Makes a cluster; all its nodes are idle.</summary>
    public static async Task<SlurmCluster> StartAsync(SlurmOptions? options = null)
    {
        options ??= new SlurmOptions();
        var cluster = new SlurmCluster(await SshHosts.OpenAsync());
        try
        {
            await cluster.CommandAsync("up", [.. options.Traits]);
            cluster.Nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => cluster.Hosts.Known($"n{number}"))];
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of <c>sh</c> as the user who is logged in.</summary>
    public Task<ProcessOutcome> RunAsync(string command) => Hosts.SshAsync(Login.Name, command);

    /// <summary>Runs a program of this machine, which talks to the cluster without logging in.</summary>
    public Task<ProcessOutcome> RunHereAsync(string program, params string[] arguments) =>
        ChildProcess.RunAsync(program, arguments, SharedDirectory, Limit, Environment);

    /// <summary>Ends slurmctld so that it can't write anything down.</summary>
    public Task KillControllerAsync() => CommandAsync("controller", "kill");

    /// <summary>Starts slurmctld again, with what it wrote down.</summary>
    public Task StartControllerAsync() => CommandAsync("controller", "start");

    /// <summary>Ends slurmd on a node. What runs there goes on.</summary>
    public Task KillDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "kill");

    /// <summary>Starts slurmd on a node again.</summary>
    public Task StartDaemonAsync(SshNode node) => CommandAsync("node", node.Name, "start");

    /// <summary>Ends slurmdbd: <c>sacct</c> fails, and slurmctld keeps what it has to tell.</summary>
    public Task KillDatabaseAsync() => CommandAsync("database", "kill");

    /// <summary>Starts slurmdbd again.</summary>
    public Task StartDatabaseAsync() => CommandAsync("database", "start");

    /// <summary>Ends every process of a node at once and starts it again, slurmd too.</summary>
    public Task RebootAsync(SshNode node) => CommandAsync("reboot", node.Name);

    /// <summary>Gives a node a state as an administrator does.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state"><c>drain</c>, <c>down</c> or <c>resume</c>.</param>
    /// <param name="reason">What users are told.</param>
    public async Task SetStateAsync(SshNode node, string state, string reason = "maintenance")
    {
        var outcome = await Login.RunAsRootAsync(string.Create(CultureInfo.InvariantCulture, $"scontrol update nodename={node.Name} state={state} reason='{reason}'"));
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"scontrol update: {outcome.Output}");
        }
    }

    /// <summary>Leaves no byte of space in the common home. What is there stays.</summary>
    public Task FillHomeAsync() => Login.RunAsRootAsync("head -c 1T /dev/zero >/home/filled 2>/dev/null; :");

    /// <summary>Gives the space back that <see cref="FillHomeAsync"/> took.</summary>
    public Task EmptyHomeAsync() => Login.RunAsRootAsync("rm -f /home/filled");

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        _temp.Dispose();
    }

    private static string Script => Repository.At("eng/slurm/cluster.sh");

    private static string? Check()
    {
        // An attribute asks, which can't wait otherwise.
        var outcome = Task.Run(() => ChildProcess.RunAsync(Script, ["check"], "/", Limit)).GetAwaiter().GetResult();
        return outcome.ExitCode == 0 ? null : $"no Slurm cluster can be made here ({outcome.Output.Trim()}); eng/services.sh install brings what it needs";
    }

    private async Task CommandAsync(string command, params string[] arguments)
    {
        var outcome = await ChildProcess.RunAsync(Script, [command, Hosts.In(""), .. arguments], _temp.Root, Limit);
        if (outcome.ExitCode != 0)
        {
            throw new InvalidOperationException($"cluster.sh {command} {string.Join(' ', arguments)}: {outcome.Output}");
        }
    }
}
