using System.Buffers;
using System.Globalization;
using System.Text;

namespace Clustrix.Node;

/// <summary>Lines and counted pieces of bytes over a pair of streams.</summary>
internal sealed class NodeConnection(Stream input, Stream output)
{
    private const int LongestLine = 16 << 20;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    // A pipe that was written to asynchronously once costs two threads and their switches for each of its fillings from then on. A write
    // that hangs ends when the shell does.
    public Task WriteAsync(string text, CancellationToken cancellationToken) =>
        Task.Run(() => Send(Encoding.UTF8.GetBytes(text)), cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Sends what a writer writes as counted pieces with an end. The writer runs on a thread of its own: archives are written there and then.</summary>
    public async Task WritePiecesAsync(Action<PieceStream> write, CompressionChoice? choice, CancellationToken cancellationToken)
    {
        // A write that hangs ends when the shell does.
        await SendPiecesAsync(write, choice, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync("0\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what a writer writes, up to the end of the stream.</summary>
    public async Task WriteAllAsync(Action<PieceStream> write, CancellationToken cancellationToken)
    {
        var writing = Task.Run(
            () =>
            {
                using var pieces = new PieceStream(new StraightPieces(Send));
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

    private async Task SendPiecesAsync(Action<PieceStream> write, CompressionChoice? choice, CancellationToken cancellationToken)
    {
        using var queue = new PieceQueue(choice);
        var sending = Task.Run(() => queue.SendAll(SendPiece), cancellationToken);
        var writing = Task.Run(
            () =>
            {
                try
                {
                    using var pieces = new PieceStream(queue);
                    write(pieces);
                    pieces.Complete();
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

    private void SendPiece(long announced, ReadOnlyMemory<byte> content, bool isCompressed)
    {
        if (announced > 0)
        {
            Send(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{announced}{(isCompressed ? " gzip" : "")}\n")));
        }

        Send(content.Span);
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

    // A stream that is all there is needs no pieces.
    private sealed class StraightPieces(Action<ReadOnlySpan<byte>> send) : IPieces
    {
        public long Straight(long certain) => long.MaxValue;

        public void Add(byte[] buffer, int length, bool isStraight)
        {
            send(buffer.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
