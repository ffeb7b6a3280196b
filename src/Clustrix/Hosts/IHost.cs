namespace Clustrix.Hosts;

/// <summary>A place where <c>sh</c> can be run with streams: this machine, a machine behind SSH, a pod.</summary>
public interface IHost
{
    /// <summary>What messages call the host.</summary>
    string Name { get; }

    /// <summary>Whether bytes on the way to the host may be worth compressing; whether they are is found out by measuring.</summary>
    bool CompressesTransfers { get; }

    /// <summary>Whether one more shell costs next to nothing: a large stream then gets one of its own, and is unpacked as it comes.</summary>
    bool HasShellsToSpare { get; }

    /// <summary>What <c>ssh</c> on another host of the same cluster would call this one; null when it can't be reached so.</summary>
    string? Address => null;

    /// <summary>Starts <c>sh -c SCRIPT clustrix ARGUMENTS…</c>.</summary>
    /// <param name="script">A POSIX shell script of a few lines.</param>
    /// <param name="arguments">Its positional parameters.</param>
    /// <param name="cancellationToken">Gives up starting; a shell that runs is ended by disposing it.</param>
    /// <exception cref="Diagnostics.ClustrixException">No shell could be started (<see cref="Diagnostics.ErrorCode.HostUnreachable"/>).</exception>
    Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken);

    /// <summary>What it means that a shell ended before it had said anything.</summary>
    /// <param name="lastWords">What it wrote to standard error; see <see cref="IShell.ErrorTail"/>.</param>
    /// <returns>The failure with its remedy; null when the words say nothing that is known.</returns>
    Diagnostics.ClustrixException? Explain(string lastWords);

    /// <summary>How long it is worth trying again after a shell ended before it had said anything.</summary>
    /// <param name="lastWords">What it wrote to standard error.</param>
    /// <returns>More than zero only when the words are those of a host that is there and just now lets nobody in.</returns>
    TimeSpan PatienceAfter(string lastWords) => TimeSpan.Zero;
}
