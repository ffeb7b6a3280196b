namespace Clustrix.Node;

/// <summary>Takes bytes into an array, up to a limit; what comes behind that is only counted.</summary>
/// <param name="buffer">The array.</param>
/// <param name="limit">How many bytes are of use, at most as many as the array has.</param>
internal sealed class BoundedBuffer(byte[] buffer, int limit) : Stream
{
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    /// <summary>How many bytes came.</summary>
    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>Whether all that came is in the array.</summary>
    public bool HoldsAll => _length <= limit;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length <= limit)
        {
            bytes.CopyTo(buffer.AsSpan((int)_length));
        }

        _length += bytes.Length;
    }

    public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
