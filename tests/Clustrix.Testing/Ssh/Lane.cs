using System.Diagnostics;

namespace Clustrix.Testing.Ssh;

/// <summary>One direction of a link. Bytes enter one after the other, as fast as the link carries them, and arrive one delay later.</summary>
internal sealed class Lane(TimeSpan delay, long? bytesPerSecond)
{
    // A timer wakes late by a millisecond or two. Who enters may be ahead by more than that, so that the lane is never idle for it.
    private static readonly TimeSpan Ahead = TimeSpan.FromMilliseconds(5);

    private readonly Lock _lock = new();
    private TimeSpan _free;
    private long _delivered;
    private long? _allowed;

    internal static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    internal long Delivered
    {
        get
        {
            lock (_lock)
            {
                return _delivered;
            }
        }
    }

    internal static async Task UntilAsync(TimeSpan moment, CancellationToken cancellationToken)
    {
        for (var left = moment - Now; left > TimeSpan.Zero; left = moment - Now)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), cancellationToken);
        }
    }

    /// <summary>Waits until there is room, and says when bytes that enter now arrive.</summary>
    internal async Task<TimeSpan> EnterAsync(int count, CancellationToken cancellationToken)
    {
        TimeSpan left;
        lock (_lock)
        {
            var now = Now;
            _free = (now > _free ? now : _free) + (bytesPerSecond is { } speed ? TimeSpan.FromSeconds((double)count / speed) : TimeSpan.Zero);
            left = _free;
        }

        await UntilAsync(left - Ahead, cancellationToken);
        return left + delay;
    }

    internal void CutAfter(long bytes)
    {
        lock (_lock)
        {
            _allowed = bytes;
        }
    }

    /// <summary>How many of these bytes may be delivered: fewer than all when the connection is to be cut there.</summary>
    internal int Deliver(int count)
    {
        lock (_lock)
        {
            var allowed = (int)Math.Min(count, _allowed ?? count);
            _allowed = allowed < count ? null : _allowed - allowed;
            _delivered += allowed;
            return allowed;
        }
    }
}
