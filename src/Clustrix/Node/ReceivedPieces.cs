using System.Globalization;

namespace Clustrix.Node;

/// <summary>Reads counted pieces as one stream that ends where the node says so; the connection goes on behind it.</summary>
internal sealed class ReceivedPieces(NodeConnection connection) : Stream
{
    // Far above what the node program sends at once.
    private const int LargestPiece = 64 << 20;

    private byte[] _piece = [];
    private int _position;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _piece.Length && !await NextPieceAsync(cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var taken = Math.Min(buffer.Length, _piece.Length - _position);
        _piece.AsSpan(_position, taken).CopyTo(buffer.Span);
        _position += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously only.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task<bool> NextPieceAsync(CancellationToken cancellationToken)
    {
        if (_ended)
        {
            return false;
        }

        var line = await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > LargestPiece)
        {
            throw line is null ? Ended() : new InvalidDataException($"'{line}' is no length.");
        }

        _piece = await connection.ReadBytesAsync(length, cancellationToken).ConfigureAwait(false);
        _position = 0;
        _ended = length == 0;
        return _piece.Length == length
            ? !_ended
            : throw Ended();
    }

    private static ConnectionEndedException Ended() => new("The node's answer ended in the middle.");
}
