using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host that tells of every frame that is about to be sent to it.</summary>
internal sealed class FrameHost(IHost host, Action atFrame) : IHost
{
    public string Name => host.Name;

    public bool CompressesTransfers => host.CompressesTransfers;

    public bool HasShellsToSpare => host.HasShellsToSpare;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        new Shell(await host.StartShellAsync(script, arguments, cancellationToken), atFrame);

    private sealed class Shell(IShell shell, Action atFrame) : IShell
    {
        public Stream Input { get; } = new Watched(shell.Input, atFrame);

        public Stream Output => shell.Output;

        public string ErrorTail => shell.ErrorTail;

        public ValueTask DisposeAsync() => shell.DisposeAsync();
    }

    private sealed class Watched(Stream stream, Action atFrame) : WriteStream(stream)
    {
        protected override ValueTask PassAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            atFrame();
            return Inner.WriteAsync(buffer, cancellationToken);
        }
    }
}
