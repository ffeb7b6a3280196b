using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Hosts;

namespace Clustrix.Conformance;

/// <summary>A host that does something when a request is about to be sent to it for the first time.</summary>
/// <param name="host">The host behind it.</param>
/// <param name="mark">How the request begins.</param>
/// <param name="before">What happens before it is sent.</param>
internal sealed class MarkedHost(IHost host, string mark, Func<Task> before) : IHost
{
    public string Name => "marked";

    public bool CompressesTransfers => host.CompressesTransfers;

    public bool HasShellsToSpare => false;

    public ClustrixException? Explain(string lastWords) => host.Explain(lastWords);

    public async Task<IShell> StartShellAsync(string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        new Shell(await host.StartShellAsync(script, arguments, cancellationToken), mark, before);

    private sealed class Shell(IShell shell, string mark, Func<Task> before) : IShell
    {
        public Stream Input { get; } = new Watched(shell.Input, mark, before);

        public Stream Output => shell.Output;

        public string ErrorTail => shell.ErrorTail;

        public ValueTask DisposeAsync() => shell.DisposeAsync();
    }

    private sealed class Watched(Stream stream, string mark, Func<Task> before) : WriteStream(stream)
    {
        private readonly byte[] _mark = Encoding.UTF8.GetBytes(mark);
        private bool _seen;

        protected override async ValueTask PassAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            if (!_seen && buffer.Span.StartsWith(_mark))
            {
                _seen = true;
                await before();
            }

            await Inner.WriteAsync(buffer, cancellationToken);
        }
    }
}
