using System.ComponentModel;
using System.Diagnostics;
using Clustrix.Diagnostics;

namespace Clustrix.Hosts;

/// <summary>This machine. It is talked to through the pipes of <c>sh</c>, as every other host is, so that what runs here runs there.</summary>
/// <param name="environment">The client's environment. Of it the shell gets what a login would set and nothing else: items must not depend on what the build happens to have.</param>
public sealed class LocalHost(IReadOnlyDictionary<string, string> environment) : IHost
{
    // What login(1), sshd and a user's profile give a session, and where a user keeps caches and the .NET installation.
    private static readonly string[] LoginVariables =
    [
        "DOTNET_ROOT", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "NUGET_PACKAGES", "PATH", "SHELL", "TMPDIR", "TZ", "USER",
        "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
    ];

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public bool CompressesTransfers => false;

    /// <inheritdoc/>
    public bool HasShellsToSpare => true;

    /// <inheritdoc/>
    public Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A session of its own: Ctrl-C at the terminal goes to the build, which then still has a shell to cancel the run with.
        var setsid = FindOnPath("setsid");
        var start = new ProcessStartInfo(setsid ?? FindOnPath("sh") ?? "sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
        if (setsid is not null)
        {
            start.ArgumentList.Add("sh");
        }

        foreach (var argument in (string[])["-c", script, "clustrix", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in LoginEnvironment(environment))
        {
            start.Environment[name] = value;
        }

        try
        {
            return Task.FromResult<IShell>(new ProcessShell(Process.Start(start)!));
        }
        catch (Win32Exception e)
        {
            throw new ClustrixException(
                ErrorCode.HostUnreachable,
                $"No shell could be started on this machine: {e.Message}. Clustrix needs 'sh' on the PATH (on Windows: run the build inside WSL).",
                e);
        }
    }

    /// <summary>What of an environment a login would have set: what items find on this machine, beside their own variables.</summary>
    public static IEnumerable<KeyValuePair<string, string>> LoginEnvironment(IReadOnlyDictionary<string, string> environment) =>
        LoginVariables.Where(environment.ContainsKey).Select(name => KeyValuePair.Create(name, environment[name]));

    private string? FindOnPath(string program) =>
        environment.GetValueOrDefault("PATH", "/usr/bin:/bin").Split(':')
            .Where(Path.IsPathRooted)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
}
