using Clustrix.Diagnostics;

namespace Clustrix.Hosts;

/// <summary>This machine. It is talked to through the pipes of <c>sh</c>, as every other host is, so that what runs here runs there.</summary>
/// <param name="environment">The client's environment. Of it the shell gets what a login would set and nothing else: items must not depend on what the build happens to have.</param>
/// <param name="more">Variables that the shell gets beside these: those that say where a scheduler is, where it is asked for workers and starts no item itself.</param>
public sealed class LocalHost(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> more) : IHost
{
    // What login(1), sshd and a user's profile give a session, and where a user keeps caches, modules and the .NET installation.
    private static readonly string[] LoginVariables =
    [
        "DOTNET_ROOT", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LOGNAME", "MODULEPATH", "MODULESHOME", "NUGET_PACKAGES", "PATH", "SHELL", "TMPDIR", "TZ", "USER",
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

        return Task.FromResult(ProcessShell.Start(
            "sh",
            ["-c", script, "clustrix", .. arguments],
            environment,
            LoginEnvironment(environment, more),
            reason => new ClustrixException(
                ErrorCode.HostUnreachable, $"No shell could be started on this machine: {reason}. Clustrix needs 'sh' on the PATH (on Windows: run the build inside WSL).")));
    }

    /// <inheritdoc/>
    public ClustrixException? Explain(string lastWords) => null;

    /// <summary>What of an environment a login would have set: what items find on this machine, beside their own variables.</summary>
    public static IReadOnlyDictionary<string, string> LoginEnvironment(IReadOnlyDictionary<string, string> environment) =>
        LoginEnvironment(environment, []);

    private static Dictionary<string, string> LoginEnvironment(IReadOnlyDictionary<string, string> environment, IEnumerable<string> more) =>
        LoginVariables.Concat(more).Where(environment.ContainsKey).ToDictionary(name => name, name => environment[name]);
}
