using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Bench;

/// <summary>A host that is treated as if one more shell there cost nothing: a push's stream gets a connection of its own.</summary>
internal sealed class SparingHost(IHost host) : IHost
{
    public string Name => host.Name;

    public bool CompressesTransfers => host.CompressesTransfers;

    public bool HasShellsToSpare => true;

    public Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        host.StartShellAsync(script, arguments, cancellationToken);

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);
}
