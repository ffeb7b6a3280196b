using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host whose client is cancelled at so manieth write to the first connection.</summary>
internal sealed class StepHost(IHost host, int step, CancellationTokenSource cancel) : IHost
{
    private bool _connected;

    public string Name => "step";

    public bool CompressesTransfers => false;

    public bool HasShellsToSpare => false;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var shell = await host.StartShellAsync(script, arguments, cancellationToken);
        var first = !_connected;
        _connected = true;
        return first ? new Shell(shell, step, cancel) : shell;
    }

    private sealed class Shell(IShell shell, int step, CancellationTokenSource cancel) : IShell
    {
        public Stream Input { get; } = new Counted(shell.Input, step, cancel);

        public Stream Output => shell.Output;

        public string ErrorTail => shell.ErrorTail;

        public ValueTask DisposeAsync() => shell.DisposeAsync();
    }

    private sealed class Counted(Stream inner, int step, CancellationTokenSource cancel) : WriteStream(inner)
    {
        private int _left = step;

        protected override async ValueTask PassAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            await Inner.WriteAsync(buffer, CancellationToken.None);
            if (_left-- == 0)
            {
                await Inner.FlushAsync(CancellationToken.None);
                await cancel.CancelAsync();
            }
        }
    }
}
