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
                send(piece.Bytes, piece.IsCompressed);
                _choice.Sent(piece.Bytes.Length, Stopwatch.GetElapsedTime(start));
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
            return new Piece(bytes.ToArray(), IsCompressed: false);
        }

        var start = Stopwatch.GetTimestamp();
        var compressed = new MemoryStream(bytes.Length / 2);
        using (var gzip = new GZipStream(compressed, level, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        _choice.Compressed(bytes.Length, level, Stopwatch.GetElapsedTime(start));
        return compressed.Length < bytes.Length * (1 - LeastSaving)
            ? new Piece(compressed.GetBuffer().AsMemory(0, (int)compressed.Length), IsCompressed: true)
            : new Piece(bytes.ToArray(), IsCompressed: false);
    }

    private readonly record struct Piece(ReadOnlyMemory<byte> Bytes, bool IsCompressed);
}
