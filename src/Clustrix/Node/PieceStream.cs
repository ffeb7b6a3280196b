namespace Clustrix.Node;

/// <summary>Gathers what is written to it into pieces of one size and hands each on.</summary>
internal sealed class PieceStream(int pieceSize, Action<ReadOnlySpan<byte>> send) : Stream
{
    private readonly byte[] _piece = new byte[pieceSize];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, pieceSize - _filled);
            buffer[..taken].CopyTo(_piece.AsSpan(_filled));
            _filled += taken;
            buffer = buffer[taken..];
            if (_filled == pieceSize)
            {
                HandOn();
            }
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
        send(_piece.AsSpan(0, _filled));
        _filled = 0;
    }
}
