using System.IO.Compression;

namespace Clustrix.Node;

/// <summary>
/// Decides how the next piece is compressed, by what was seen of the link and of this machine: not at all where the link carries more than
/// can be compressed, better where pieces wait for the link, and fast otherwise.
/// </summary>
/// <param name="isNear">Whether the host is so near that the first megabytes may well go as they are, and tell more.</param>
internal sealed class CompressionChoice(bool isNear)
{
    // The first bytes only fill buffers: ssh takes 2 MiB before the other end has to have read any.
    private const long Buffered = 4 << 20;

    // A compressor that works beside ssh takes processor time from it.
    private const double LeastAdvantage = 2;

    // What was buffered, what is measured, and what is on its way from one thread to the other.
    private const long UntilMeasured = 8 << 20;
    private const long UntilJudgedAnew = 64 << 20;

    // Bytes a second, about half of what gzip unpacks at the other end.
    private const double FastLink = 60e6;

    // A link that carries compressed pieces so fast may be held up by the compressor alone: one piece as it is tells.
    private const double DoubtfulLink = 20e6;

    private const int PiecesThatWait = 2;

    // Of a new measurement in the mean of all.
    private const double Weight = 0.5;

    private readonly Lock _lock = new();
    private long _sent;
    private double _linkSpeed;
    private double _compressionSpeed;
    private bool _isDoubted;

    /// <summary>How much of what comes goes out as it is, before anything else is decided; 0 for nothing.</summary>
    public long Straight
    {
        get
        {
            lock (_lock)
            {
                return CarriesMore ? UntilJudgedAnew
                    : isNear && _linkSpeed <= 0 ? UntilMeasured
                    : 0;
            }
        }
    }

    private bool CarriesMore =>
        _linkSpeed > 0 && (_linkSpeed > FastLink || (_compressionSpeed > 0 && _linkSpeed * LeastAdvantage > _compressionSpeed));

    /// <summary>How to compress the next piece; null for not at all.</summary>
    /// <param name="waiting">How many pieces wait to be sent.</param>
    public CompressionLevel? Next(int waiting)
    {
        lock (_lock)
        {
            if (_linkSpeed > DoubtfulLink && !_isDoubted)
            {
                _isDoubted = true;
                return null;
            }

            return CarriesMore ? null
                : waiting >= PiecesThatWait ? CompressionLevel.Optimal
                : CompressionLevel.Fastest;
        }
    }

    /// <summary>Learns how long the link was busy with so many bytes.</summary>
    public void Sent(int bytes, TimeSpan time)
    {
        lock (_lock)
        {
            _sent += bytes;
            if (_sent > Buffered)
            {
                _linkSpeed = Mean(_linkSpeed, bytes / Math.Max(time.TotalSeconds, 1e-6));
            }
        }
    }

    /// <summary>Learns how long so many bytes took to compress.</summary>
    public void Compressed(int bytes, CompressionLevel level, TimeSpan time)
    {
        if (level != CompressionLevel.Fastest)
        {
            return;
        }

        lock (_lock)
        {
            _compressionSpeed = Mean(_compressionSpeed, bytes / Math.Max(time.TotalSeconds, 1e-6));
        }
    }

    private static double Mean(double before, double now) => before > 0 ? (before * (1 - Weight)) + (now * Weight) : now;
}
