using System.Buffers;

namespace Clustrix.Node;

/// <summary>Gathers what is written to it into pieces of one size and hands each on while the next one fills.</summary>
internal sealed class PieceStream(int pieceSize, Func<ReadOnlyMemory<byte>, CancellationToken, Task> send) : Stream
{
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(pieceSize);
    private byte[] _sending = ArrayPool<byte>.Shared.Rent(pieceSize);
    private int _filled;
    private Task _pending = Task.CompletedTask;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Sends what is left and waits until all is sent.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
        {
            await HandOnAsync(cancellationToken).ConfigureAwait(false);
        }

        await _pending.ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, pieceSize - _filled);
            buffer[..taken].CopyTo(_filling.AsMemory(_filled));
            _filled += taken;
            buffer = buffer[taken..];
            if (_filled == pieceSize)
            {
                await HandOnAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Written to asynchronously only.");

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            // A buffer may go back only when nobody reads it any more, however the sending ends.
            await _pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_filling);
            ArrayPool<byte>.Shared.Return(_sending);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task HandOnAsync(CancellationToken cancellationToken)
    {
        await _pending.ConfigureAwait(false);
        (_filling, _sending) = (_sending, _filling);
        _pending = send(_sending.AsMemory(0, _filled), cancellationToken);
        _filled = 0;
    }
}
