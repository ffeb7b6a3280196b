using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host whose connection ends when so many bytes were sent to it.</summary>
/// <param name="host">The host behind it.</param>
/// <param name="limit">Bytes that get through.</param>
/// <param name="atEnd">What happens then, beside the end of the stream.</param>
internal sealed class CutHost(IHost host, long limit, Action? atEnd = null) : IHost
{
    public string Name => "cut";

    public bool CompressesTransfers => host.CompressesTransfers;

    public bool HasShellsToSpare => false;

    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        new Shell(await host.StartShellAsync(script, arguments, cancellationToken), limit, atEnd);

    private sealed class Shell(IShell shell, long limit, Action? atEnd) : IShell
    {
        public Stream Input { get; } = new CutStream(shell.Input, limit, atEnd);

        public Stream Output => shell.Output;

        public string ErrorTail => shell.ErrorTail;

        public ValueTask DisposeAsync() => shell.DisposeAsync();
    }
}
