using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;

namespace Clustrix.Node;

/// <summary>Pieces between the one who makes them and the one who sends them: the next one is compressed while one is on its way.</summary>
internal sealed class PieceQueue : IDisposable
{
    private const int Waiting = 3;

    // What saves less than this part isn't worth the other end's work.
    private const double LeastSaving = 0.05;

    // What gzip adds to what it can't compress is less.
    private const int Overhead = 1024;
    private const int OverheadPart = 100;

    private readonly BlockingCollection<Piece> _pieces = new(Waiting);
    private readonly CancellationTokenSource _over = new();
    private readonly CompressionChoice _choice = new();

    /// <summary>Takes a piece in, compressed as the link asks for; waits when too many wait to be sent.</summary>
    /// <exception cref="OperationCanceledException">Nobody sends any more.</exception>
    public void Add(ReadOnlySpan<byte> bytes) => _pieces.Add(Make(bytes), _over.Token);

    /// <summary>Sends what comes in, up to <see cref="Complete"/>.</summary>
    public void SendAll(Action<ReadOnlyMemory<byte>, bool> send)
    {
        try
        {
            foreach (var piece in _pieces.GetConsumingEnumerable())
            {
                var start = Stopwatch.GetTimestamp();
                send(piece.Buffer.AsMemory(0, piece.Length), piece.IsCompressed);
                _choice.Sent(piece.Length, Stopwatch.GetElapsedTime(start));
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

    private Piece Make(ReadOnlySpan<byte> bytes)
    {
        if (_choice.Next(_pieces.Count) is not { } level)
        {
            return Plain(bytes);
        }

        var start = Stopwatch.GetTimestamp();
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length + (bytes.Length / OverheadPart) + Overhead);
        using var compressed = new MemoryStream(buffer);
        using (var gzip = new GZipStream(compressed, level, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        var length = (int)compressed.Position;
        _choice.Compressed(bytes.Length, level, Stopwatch.GetElapsedTime(start));
        if (length < bytes.Length * (1 - LeastSaving))
        {
            return new Piece(buffer, length, IsCompressed: true);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Plain(bytes);
    }

    private static Piece Plain(ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return new Piece(buffer, bytes.Length, IsCompressed: false);
    }

    // The buffers go round: clean memory for each piece would cost as much as filling it.
    private readonly record struct Piece(byte[] Buffer, int Length, bool IsCompressed);
}
