using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host the way to which ends when so many bytes were sent to it, over all connections together.</summary>
/// <param name="host">The host behind it.</param>
/// <param name="limit">Bytes that get through.</param>
/// <param name="hasShellsToSpare">Whether large streams get a connection of their own.</param>
/// <param name="atEnd">What happens at the end, beside the end of the streams.</param>
internal sealed class CutHost(IHost host, long limit, bool hasShellsToSpare = false, Action? atEnd = null) : IHost
{
    private long _left = limit;

    public string Name => "cut";

    public bool CompressesTransfers => host.CompressesTransfers;

    public bool HasShellsToSpare => hasShellsToSpare;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        new Shell(await host.StartShellAsync(script, arguments, cancellationToken), this);

    // Passes on what gets through; then the way is closed.
    private async ValueTask PassAsync(Stream inner, ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        var passed = (int)Math.Min(_left, buffer.Length);
        if (_left >= 0)
        {
            await inner.WriteAsync(buffer[..passed], cancellationToken);
            await inner.FlushAsync(cancellationToken);
            _left -= passed;
        }

        if (passed < buffer.Length)
        {
            if (_left >= 0)
            {
                atEnd?.Invoke();
            }

            _left = -1;
            await inner.DisposeAsync();
            throw new IOException("The connection was cut.");
        }
    }

    private sealed class Shell(IShell shell, CutHost host) : IShell
    {
        public Stream Input { get; } = new Cut(shell.Input, host);

        public Stream Output => shell.Output;

        public string ErrorTail => shell.ErrorTail;

        public ValueTask DisposeAsync() => shell.DisposeAsync();
    }

    private sealed class Cut(Stream inner, CutHost host) : WriteStream(inner)
    {
        protected override ValueTask PassAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
            buffer.IsEmpty ? ValueTask.CompletedTask : host.PassAsync(Inner, buffer, cancellationToken);
    }
}
