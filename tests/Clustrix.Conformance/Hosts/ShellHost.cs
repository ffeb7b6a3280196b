using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host on which something else happens before or instead of the script that was asked for.</summary>
/// <param name="host">The host that runs it.</param>
/// <param name="change">Makes the script that is run of the one that was asked for.</param>
internal sealed class ShellHost(IHost host, Func<string, string> change) : IHost
{
    public string Name => "changed";

    public bool CompressesTransfers => false;

    public bool HasShellsToSpare => false;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        host.StartShellAsync(change(script), arguments, cancellationToken);
}
