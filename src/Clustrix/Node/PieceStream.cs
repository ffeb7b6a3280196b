using System.Buffers;

namespace Clustrix.Node;

/// <summary>Gathers what is written to it into pieces and hands each on.</summary>
internal sealed class PieceStream(IPieces pieces) : Stream
{
    // A multiple of 64 KiB, as the node's reader likes it; large, because each piece costs a process there.
    private const int PieceSize = 4 << 20;

    // Small enough to stay in the processor's cache on its way from a file to a pipe.
    private const int PartSize = 256 << 10;

    private byte[]? _piece;
    private int _size;
    private int _filled;
    private long _straight;
    private long _certain;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Says that at least so many bytes are still to come. Whoever can't keep that throws.</summary>
    public void Promise(long bytes) => _certain = bytes;

    /// <summary>Room for what comes next, never empty.</summary>
    public Span<byte> Free()
    {
        if (_piece is null)
        {
            if (_straight == 0)
            {
                _straight = pieces.Straight(_certain);
            }

            _size = _straight > 0 ? (int)Math.Min(_straight, PartSize) : PieceSize;
            _piece = ArrayPool<byte>.Shared.Rent(_size);
        }

        return _piece.AsSpan(_filled, _size - _filled);
    }

    /// <summary>Takes what was put into <see cref="Free"/>.</summary>
    public void Advance(int count)
    {
        _filled += count;
        _certain = Math.Max(0, _certain - count);
        if (_filled == _size)
        {
            HandOn();
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var free = Free();
            var taken = Math.Min(buffer.Length, free.Length);
            buffer[..taken].CopyTo(free);
            Advance(taken);
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Hands on what is left.</summary>
    public void Complete()
    {
        if (_filled > 0)
        {
            HandOn();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void HandOn()
    {
        var (piece, length, isStraight) = (_piece!, _filled, _straight > 0);
        (_piece, _filled) = (null, 0);
        _straight -= isStraight ? length : 0;
        pieces.Add(piece, length, isStraight);
    }
}
