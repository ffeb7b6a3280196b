using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>
/// The digests of files that were hashed before, in one file on this machine. A digest is only found again for a path whose device,
/// inode, size, modification time and change time are all as they were.
/// </summary>
/// <remarks>
/// A cache never makes a build fail: a file that is damaged or of another format counts as empty. Looking up and remembering are safe
/// from several threads; loading and saving are safe while other processes do the same.
/// </remarks>
public sealed class DigestCache
{
    // An entry that isn't asked for in a month is likely a file of another branch or checkout.
    private const int DaysUnused = 30;
    private const int MaximumEntries = 1_000_000;

    // The coarsest clock of a file system in use (FAT); a write within it may leave all times as they are.
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly int _today;
    private readonly FileStatus _loadedFrom;
    private readonly Dictionary<string, CachedDigest> _loaded;
    private readonly ConcurrentDictionary<string, CachedDigest> _new = new(StringComparer.Ordinal);
    private bool _touched;

    private DigestCache(string path, TimeProvider time, FileStatus loadedFrom, Dictionary<string, CachedDigest> loaded)
    {
        _path = path;
        _time = time;
        _today = (int)(time.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60));
        _loadedFrom = loadedFrom;
        _loaded = loaded;
    }

    /// <summary>Loads a cache.</summary>
    /// <param name="path">Absolute path of the cache's file; it and the directories above it need not exist.</param>
    /// <param name="time">The clock that tells which entries are too fresh to trust and which too old to keep.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    public static async Task<DigestCache> LoadAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var (status, entries) = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return new DigestCache(path, time, status, entries);
    }

    /// <summary>Finds the digest of a file.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="status">The file's status as it is now.</param>
    /// <returns>SHA-256 of the content, 64 lower-case hexadecimal digits; null when it isn't known.</returns>
    public string? Find(string path, in FileStatus status)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_loaded, path);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry) || !entry.IsOf(status))
        {
            return _new.TryGetValue(path, out var added) && added.IsOf(status) ? added.ToDigest() : null;
        }

        // Once a day is enough to know what is in use, and spares a build that changes nothing the writing.
        if (entry.LastUsedDay != _today)
        {
            entry.LastUsedDay = _today;
            _touched = true;
        }

        return entry.ToDigest();
    }

    /// <summary>
    /// Remembers the digest of a file, unless the file changed so shortly before it was read that a change afterwards could leave its
    /// times as they are, or unless the platform doesn't tell enough about it.
    /// </summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="status">The file's status, the same before and after it was read.</param>
    /// <param name="digest">SHA-256 of the content, 64 hexadecimal digits.</param>
    /// <param name="readAt">A moment before the reading began.</param>
    public void Remember(string path, in FileStatus status, string digest, DateTimeOffset readAt)
    {
        var trusted = (readAt - Granularity - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (status.IsExact && Math.Max(status.ModifiedNanoseconds, status.ChangedNanoseconds) < trusted)
        {
            _new[path] = new CachedDigest(status, digest, _today);
        }
    }

    /// <summary>Writes the cache, if there is anything new to write. A cache that can't be written is told and left.</summary>
    /// <param name="log">Where to tell it.</param>
    /// <param name="cancellationToken">Stops the writing; the file stays as it was.</param>
    public async Task SaveAsync(ILog log, CancellationToken cancellationToken)
    {
        if (_new.IsEmpty && !_touched)
        {
            return;
        }

        try
        {
            var entries = await MergeAsync(cancellationToken).ConfigureAwait(false);
            await DigestCacheFile.WriteAsync(_path, entries, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The digest cache '{_path}' can't be written, so unchanged files will be read again: {exception.Message}");
        }
    }

    // What another process has saved meanwhile is kept: builds that run side by side share one cache.
    private async Task<IEnumerable<KeyValuePair<string, CachedDigest>>> MergeAsync(CancellationToken cancellationToken)
    {
        var merged = _loaded;
        if (!FileStatus.TryRead(_path, out var now) || now != _loadedFrom)
        {
            (_, merged) = await ReadAsync(_path, cancellationToken).ConfigureAwait(false);
            foreach (var (path, entry) in _loaded)
            {
                merged.TryAdd(path, entry);
            }
        }

        foreach (var (path, entry) in _new)
        {
            merged[path] = entry;
        }

        var kept = merged.Where(entry => _today - entry.Value.LastUsedDay <= DaysUnused);
        return merged.Count <= MaximumEntries ? kept : kept.OrderByDescending(entry => entry.Value.LastUsedDay).Take(MaximumEntries);
    }

    private static async Task<(FileStatus Status, Dictionary<string, CachedDigest> Entries)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return FileStatus.TryRead(path, out var status)
                ? (status, await DigestCacheFile.ReadAsync(path, cancellationToken).ConfigureAwait(false))
                : (default, []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (default, []);
        }
    }
}
