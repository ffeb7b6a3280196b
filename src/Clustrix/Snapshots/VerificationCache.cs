using System.Collections.Concurrent;
using System.Text;
using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>Which states of package files were verified before. A cache that is missing, damaged or old costs time only.</summary>
internal sealed class VerificationCache
{
    private const string FormatLine = "clustrix-verified 1";

    // A file that changes twice within the clock's grain keeps its time stamp, so what has just changed isn't remembered.
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(2);

    private readonly string? _path;
    private readonly HashSet<string> _before;
    private readonly long _newest;
    private readonly ConcurrentDictionary<string, bool> _now = new(StringComparer.Ordinal);

    private VerificationCache(string? path, HashSet<string> before, DateTimeOffset now)
    {
        _path = path;
        _before = before;
        _newest = (now - Grain - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>Reads the cache.</summary>
    /// <param name="path">Its file; null for a cache that forgets.</param>
    /// <param name="clock">Tells which files have just changed.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<VerificationCache> ReadAsync(string? path, TimeProvider clock, CancellationToken cancellationToken)
    {
        string[] lines = [];
        try
        {
            lines = path is null ? lines : await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // There is none yet, or somebody else's: everything is verified.
        }

        var known = lines.Length > 0 && lines[0] == FormatLine ? lines.Skip(1) : [];
        return new VerificationCache(path, new HashSet<string>(known, StringComparer.Ordinal), clock.GetUtcNow());
    }

    /// <summary>Whether this state was verified before.</summary>
    public bool Contains(VerificationStamp stamp)
    {
        var digest = stamp.Digest;
        var known = _before.Contains(digest);
        if (known)
        {
            _now.TryAdd(digest, true);
        }

        return known;
    }

    /// <summary>Remembers that this state was verified.</summary>
    public void Add(VerificationStamp stamp)
    {
        if (stamp.Youngest < _newest)
        {
            _now.TryAdd(stamp.Digest, true);
        }
    }

    /// <summary>Keeps what was looked up or added since the cache was read, and nothing else.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_path is null || _before.SetEquals(_now.Keys))
        {
            return;
        }

        try
        {
            var text = string.Join('\n', _now.Keys.Order(StringComparer.Ordinal).Prepend(FormatLine)) + "\n";
            await CanonicalFile.WriteAsync(_path, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException)
        {
            // A directory that can't be written: the next snapshot verifies again.
        }
    }
}
