using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clustrix.Node;

/// <summary>Lines and counted pieces of bytes over a pair of streams.</summary>
internal sealed class NodeConnection(Stream input, Stream output)
{
    // A multiple of 64 KiB, as the node's reader likes it; large, because each piece costs a process there.
    private const int PieceSize = 4 << 20;

    // Small enough to stay in the processor's cache on its way from a file to a pipe.
    private const int StraightPieceSize = 256 << 10;
    private const int LongestLine = 16 << 20;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await SendAsync(Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what a writer writes as counted pieces with an end. The writer runs on a thread of its own: archives are written there and then.</summary>
    public async Task WritePiecesAsync(Action<Stream> write, bool mayCompress, CancellationToken cancellationToken)
    {
        var sending = mayCompress ? SendCompressedAsync(write, cancellationToken) : Task.Run(() => Write(write, piece => SendPiece(piece, "")), cancellationToken);

        // A write that hangs ends when the shell does.
        await sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync("0\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what a writer writes, up to the end of the stream.</summary>
    public async Task WriteAllAsync(Action<Stream> write, CancellationToken cancellationToken)
    {
        var writing = Task.Run(
            () =>
            {
                using var pieces = new PieceStream(StraightPieceSize, Send);
                write(pieces);
                pieces.Complete();
                input.Dispose();
            },
            cancellationToken);
        await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One line without its end; null at the end of the stream.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte>? longLine = null;
        while (true)
        {
            var window = _buffer.AsMemory(_start, _end - _start);
            var newline = window.Span.IndexOf((byte)'\n');
            if (newline >= 0)
            {
                _start += newline + 1;
                var tail = window[..newline];
                if (longLine is null)
                {
                    return Encoding.UTF8.GetString(tail.Span);
                }

                longLine.Write(tail.Span);
                return Encoding.UTF8.GetString(longLine.WrittenSpan);
            }

            longLine ??= new ArrayBufferWriter<byte>();
            longLine.Write(window.Span);
            _start = _end;
            if (longLine.WrittenCount > LongestLine || !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    /// <summary>A number of bytes exactly; fewer only when the stream ends.</summary>
    public async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        var filled = 0;
        while (filled < count)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return bytes[..filled];
            }

            var taken = Math.Min(count - filled, _end - _start);
            _buffer.AsSpan(_start, taken).CopyTo(bytes.AsSpan(filled));
            _start += taken;
            filled += taken;
        }

        return bytes;
    }

    /// <summary>What the node sends as counted pieces, up to their end, as one stream.</summary>
    public Stream ReadPieces() => new ReceivedPieces(this);

    private static void Write(Action<Stream> write, Action<ReadOnlySpan<byte>> send)
    {
        using var pieces = new PieceStream(PieceSize, send);
        write(pieces);
        pieces.Complete();
    }

    private async Task SendCompressedAsync(Action<Stream> write, CancellationToken cancellationToken)
    {
        using var queue = new PieceQueue();
        var sending = Task.Run(() => queue.SendAll((piece, isCompressed) => SendPiece(piece.Span, isCompressed ? " gzip" : "")), cancellationToken);
        var writing = Task.Run(
            () =>
            {
                try
                {
                    Write(write, queue.Add);
                }
                finally
                {
                    queue.Complete();
                }
            },
            cancellationToken);

        // In this order: when nothing can be sent, nothing can be written either.
        await Task.WhenAll(sending, writing).ConfigureAwait(false);
    }

    private void SendPiece(ReadOnlySpan<byte> piece, string encoding)
    {
        Send(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{piece.Length}{encoding}\n")));
        Send(piece);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            input.Write(bytes);
            input.Flush();
        }
        catch (IOException e)
        {
            throw new ConnectionEndedException(e.Message, e);
        }

        BytesSent += bytes.Length;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await input.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new ConnectionEndedException(e.Message, e);
        }

        BytesSent += bytes.Length;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        try
        {
            _end = await output.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new ConnectionEndedException(e.Message, e);
        }

        BytesReceived += _end;
        return _end > 0;
    }
}
