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
    // A quicker cipher isn't worth more.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(3);

    private string[]? _preferred;

    /// <summary>Whether much is to be brought there; default true. Then a quicker cipher is worth asking ssh which ones it would use.</summary>
    public bool ExpectsMuch { get; init; } = true;

    /// <inheritdoc/>
    public string Name => address.Name;

    /// <inheritdoc/>
    public string? Address => address.Destination;

    /// <inheritdoc/>
    public bool CompressesTransfers => true;

    /// <summary>A second shell would be a second connection, and some servers allow one session only.</summary>
    public bool HasShellsToSpare => false;

    /// <inheritdoc/>
    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _preferred ??= ExpectsMuch && SshCiphers.AreQuickHere ? await PreferredAsync(cancellationToken).ConfigureAwait(false) : [];
        return Start([.. _preferred, "--", address.Destination, "exec sh -c " + ShellText.Join([script, "clustrix", .. arguments])]);
    }

    /// <inheritdoc/>
    public ClustrixException? Explain(string lastWords) => SshFailure.Explain(this, lastWords, options);

    /// <inheritdoc/>
    public TimeSpan PatienceAfter(string lastWords) => SshFailure.IsTurnedAway(lastWords) ? options.ConnectTimeout : TimeSpan.Zero;

    /// <summary>What somebody types in front of a command that is to run there.</summary>
    /// <param name="arguments">More arguments for ssh.</param>
    internal string ByHand(string arguments = "") => string.Join(' ', ((string[])["ssh", options.ConfigByHand, arguments, address.ByHand]).Where(part => part.Length > 0));

    /// <summary>What <c>known_hosts</c> calls it, unless ssh's configuration gives it another name.</summary>
    internal string KnownAs => address.KnownAs;

    private IShell Start(IEnumerable<string> arguments) => ProcessShell.Start(
        "ssh",
        [.. options.Arguments(), .. arguments],
        environment,
        environment,
        reason => new ClustrixException(
            ErrorCode.HostUnreachable, $"{Name}: ssh can't be started: {reason}. Install OpenSSH's client and put it on the PATH (Debian and Ubuntu: openssh-client)."));

    // What the user has configured stands: ssh itself tells what that is. One that doesn't is left alone.
    private async Task<string[]> PreferredAsync(CancellationToken cancellationToken)
    {
        var shell = Start(["-G", "--", address.Destination]);
        await using (shell.ConfigureAwait(false))
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(LongestLook < options.ConnectTimeout ? LongestLook : options.ConnectTimeout);
            try
            {
                using var reader = new StreamReader(shell.Output, leaveOpen: true);
                return SshCiphers.Option(await reader.ReadToEndAsync(limit.Token).ConfigureAwait(false)) is { } option ? ["-o", option] : [];
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                shell.Abandon();
                cancellationToken.ThrowIfCancellationRequested();
                return [];
            }
        }
    }
}
