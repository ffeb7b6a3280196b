using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Hosts;

/// <summary>
/// A machine behind SSH, reached with the user's own OpenSSH client: its configuration, agent, jump hosts, certificates and known hosts
/// all count.
/// </summary>
/// <param name="address">Where it is.</param>
/// <param name="options">How to connect.</param>
/// <param name="environment">The client's environment: where ssh is found, and what it needs, such as the agent's socket.</param>
public sealed class SshHost(SshAddress address, SshOptions options, IReadOnlyDictionary<string, string> environment) : IHost
{
    /// <inheritdoc/>
    public string Name => address.Name;

    /// <inheritdoc/>
    public string? Address => address.Destination;

    /// <inheritdoc/>
    public bool CompressesTransfers => true;

    /// <summary>A second shell would be a second connection, and some servers allow one session only.</summary>
    public bool HasShellsToSpare => false;

    /// <inheritdoc/>
    public Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ProcessShell.Start(
            "ssh",
            [.. options.Arguments(), "--", address.Destination, "exec sh -c " + ShellText.Join([script, "clustrix", .. arguments])],
            environment,
            environment,
            reason => new ClustrixException(
                ErrorCode.HostUnreachable, $"{Name}: ssh can't be started: {reason}. Install OpenSSH's client and put it on the PATH (Debian and Ubuntu: openssh-client).")));
    }

    /// <inheritdoc/>
    public ClustrixException? Explain(string lastWords) => SshFailure.Explain(Name, lastWords, options);

    /// <inheritdoc/>
    public TimeSpan PatienceAfter(string lastWords) => SshFailure.IsTurnedAway(lastWords) ? options.ConnectTimeout : TimeSpan.Zero;
}
