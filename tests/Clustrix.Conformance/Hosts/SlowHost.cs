using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host on the way to which bytes are worth compressing.</summary>
internal sealed class SlowHost(IHost host) : IHost
{
    public string Name => "slow";

    public bool CompressesTransfers => true;

    public bool HasShellsToSpare => false;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        host.StartShellAsync(script, arguments, cancellationToken);
}
