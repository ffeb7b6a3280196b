using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;

namespace Clustrix.Node;

/// <summary>Pieces between the one who makes them and the one who sends them: the next one is compressed while one is on its way.</summary>
/// <param name="choice">Tells how; null when nothing is to be compressed.</param>
internal sealed class PieceQueue(CompressionChoice? choice) : IPieces, IDisposable
{
    private const int Waiting = 3;

    // What saves less than this part isn't worth the other end's work.
    private const double LeastSaving = 0.05;

    // What isn't compressed needs no piece of its own for each few megabytes.
    private const long LeastStraight = 8 << 20;
    private const long MostStraight = 64 << 20;

    // The node's reader copies blocks of that size.
    private const long Block = 64 << 10;

    // The time that a single part takes says little of the link.
    private const int Measured = 2 << 20;

    private readonly BlockingCollection<Piece> _pieces = new(Waiting);
    private readonly CancellationTokenSource _over = new();
    private long _announced;

    public long Straight(long certain) =>
        certain < LeastStraight ? 0 : _announced = Math.Min(certain, choice?.Straight ?? MostStraight) / Block * Block;

    /// <summary>Takes a piece in, compressed as the link asks for; waits when too many wait to be sent.</summary>
    /// <exception cref="OperationCanceledException">Nobody sends any more.</exception>
    public void Add(byte[] buffer, int length, bool isStraight)
    {
        var piece = isStraight ? new Piece(buffer, length, _announced, IsCompressed: false) : Make(buffer, length);
        _announced = 0;
        _pieces.Add(piece, _over.Token);
    }

    /// <summary>Sends what comes in, up to <see cref="Complete"/>.</summary>
    /// <param name="send">Gets the length that a piece begins with, or 0 for the next part of one; what it holds; and whether it is compressed.</param>
    public void SendAll(Action<long, ReadOnlyMemory<byte>, bool> send)
    {
        var (sent, time) = (0, TimeSpan.Zero);
        try
        {
            foreach (var piece in _pieces.GetConsumingEnumerable())
            {
                var start = Stopwatch.GetTimestamp();
                send(piece.Announced, piece.Buffer.AsMemory(0, piece.Length), piece.IsCompressed);
                (sent, time) = (sent + piece.Length, time + Stopwatch.GetElapsedTime(start));
                if (piece.Announced == piece.Length || sent >= Measured)
                {
                    choice?.Sent(sent, time);
                    (sent, time) = (0, TimeSpan.Zero);
                }

                ArrayPool<byte>.Shared.Return(piece.Buffer);
            }
        }
        finally
        {
            _over.Cancel();
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _pieces.CompleteAdding();

    public void Dispose()
    {
        _over.Dispose();
        _pieces.Dispose();
    }

    private Piece Make(byte[] content, int contentLength)
    {
        if (choice?.Next(_pieces.Count) is not { } level)
        {
            return new Piece(content, contentLength, contentLength, IsCompressed: false);
        }

        var start = Stopwatch.GetTimestamp();
        var limit = (int)(contentLength * (1 - LeastSaving));
        var buffer = ArrayPool<byte>.Shared.Rent(limit);
        using var compressed = new BoundedBuffer(buffer, limit);
        using (var gzip = new GZipStream(compressed, level, leaveOpen: true))
        {
            gzip.Write(content, 0, contentLength);
        }

        var length = (int)compressed.Length;
        choice.Compressed(contentLength, level, Stopwatch.GetElapsedTime(start));
        var isSmaller = compressed.HoldsAll;
        ArrayPool<byte>.Shared.Return(isSmaller ? content : buffer);
        return isSmaller ? new Piece(buffer, length, length, IsCompressed: true) : new Piece(content, contentLength, contentLength, IsCompressed: false);
    }

    // The buffers go round: clean memory for each piece would cost as much as filling it.
    private readonly record struct Piece(byte[] Buffer, int Length, long Announced, bool IsCompressed);
}
