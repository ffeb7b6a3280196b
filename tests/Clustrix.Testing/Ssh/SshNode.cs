namespace Clustrix.Testing.Ssh;

/// <summary>One of a set of SSH hosts, from outside: what the machine's owner can look at, and do to it.</summary>
public sealed class SshNode
{
    /// <summary>Where the server listens, on every host.</summary>
    public const int Port = 22;

    private readonly SshHosts _hosts;

    internal SshNode(SshHosts hosts, string name, string address)
    {
        _hosts = hosts;
        Name = name;
        Address = address;
    }

    /// <summary>The name of the user on every host.</summary>
    public static string User => "builder";

    /// <summary>The home of the user.</summary>
    public static string Home => $"/home/{User}";

    /// <summary>What <c>ssh -F</c> with the set's configuration, and the host itself, call it.</summary>
    public string Name { get; }

    /// <summary>Its address, which this machine and the set's other hosts reach.</summary>
    public string Address { get; }

    /// <summary>Runs a command of the host's <c>sh</c> as root, without SSH. It works whatever the network and the server do.</summary>
    public Task<ProcessOutcome> RunAsRootAsync(string command) => _hosts.TryAsync("exec", _hosts.In(""), Name, "/bin/sh", "-c", command);

    /// <summary>Runs a command of <c>sh</c> as the user who logs in, without logging in: a condition that is looked at again and again must not keep the machine busy.</summary>
    public Task<ProcessOutcome> RunAsync(string command) => _hosts.TryAsync("run", _hosts.In(""), Name, command);

    /// <summary>The command lines of the user's processes, those of SSH connections left out.</summary>
    public async Task<IReadOnlyList<string>> ProcessesOfUserAsync()
    {
        // Without ps, which busybox has in another form. A zombie has no command line.
        var outcome = await RunAsRootAsync(
            "for p in /proc/[0-9]*; do [ \"$(stat -c %U $p 2>/dev/null)\" = " + User + " ] && tr '\\0\\n' '  ' <$p/cmdline 2>/dev/null && echo; done; :");
        return [.. outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith("sshd", StringComparison.Ordinal))];
    }

    /// <summary>Pulls the network cable: nothing arrives any more, and nobody is told.</summary>
    public Task UnplugAsync() => _hosts.CommandAsync("link", _hosts.In(""), Name, "down");

    /// <summary>Plugs the network cable in again.</summary>
    public Task PlugInAsync() => _hosts.CommandAsync("link", _hosts.In(""), Name, "up");

    /// <summary>Ends every process and the network at once, for good.</summary>
    public Task PowerOffAsync() => _hosts.CommandAsync("off", _hosts.In(""), Name);

    /// <summary>Ends every process at once, and starts the host again with what is on its disk.</summary>
    public Task RebootAsync() => _hosts.CommandAsync("reboot", _hosts.In(""), Name);

    /// <summary>Stops (SIGSTOP) all processes of the user, those of SSH connections too.</summary>
    public Task FreezeAsync() => _hosts.CommandAsync("freeze", _hosts.In(""), Name);

    /// <summary>Lets stopped processes go on.</summary>
    public Task ThawAsync() => _hosts.CommandAsync("thaw", _hosts.In(""), Name);

    /// <summary>Stops (SIGSTOP) all processes, whoever's they are: connections are made, and nobody answers.</summary>
    public Task FreezeEverythingAsync() => _hosts.CommandAsync("freeze", _hosts.In(""), Name, "all");

    /// <summary>Lets everything go on.</summary>
    public Task ThawEverythingAsync() => _hosts.CommandAsync("thaw", _hosts.In(""), Name, "all");

    /// <summary>Stops the SSH server: connections that exist stay, new ones are refused.</summary>
    public Task StopServerAsync() => _hosts.CommandAsync("sshd", _hosts.In(""), Name, "stop");

    /// <summary>Starts the SSH server again.</summary>
    public Task StartServerAsync() => _hosts.CommandAsync("sshd", _hosts.In(""), Name, "start");

    /// <summary>Cuts all SSH connections. What they started may go on; the server lets new ones in.</summary>
    public Task CutConnectionsAsync() => _hosts.CommandAsync("sshd", _hosts.In(""), Name, "cut");

    /// <summary>From now on <c>date</c> is so much ahead; the kernel, and with it the times of files, is not.</summary>
    public Task SetClockAsync(TimeSpan ahead) => _hosts.CommandAsync("clock", _hosts.In(""), Name, $"{ahead.TotalSeconds:0}");

    /// <summary>
    /// From now on the host sees names in its home, and what their files are like, as they were up to so many seconds ago, as a client of NFS
    /// does; zero for as they are. What is open keeps the way by which it was opened.
    /// </summary>
    /// <remarks>
    /// A stand-in for NFS: the home is seen through a file system in user space, for which the kernel keeps names, missing names and attributes
    /// in the caches that it keeps them in for NFS too.
    /// </remarks>
    public Task CacheHomeAsync(TimeSpan age) => _hosts.CommandAsync("cache", _hosts.In(""), Name, $"{age.TotalSeconds:0}");

    /// <summary>Leaves no byte of space in the home, which should have been made small.</summary>
    public Task FillHomeAsync() => RunAsRootAsync("cat /dev/zero >/home/filled 2>/dev/null; :");

    /// <summary>Gives the space back that <see cref="FillHomeAsync"/> took.</summary>
    public Task EmptyHomeAsync() => RunAsRootAsync("rm -f /home/filled");

    /// <summary>Gives the host another key than the one in <see cref="SshHosts.KnownHostsFile"/>.</summary>
    public Task ChangeHostKeyAsync() => _hosts.CommandAsync("key", _hosts.In(""), Name);
}
