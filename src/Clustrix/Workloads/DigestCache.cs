using System.Collections.Concurrent;
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
    // The coarsest clock of a file system in use (FAT); a write within it may leave all times as they are.
    private static readonly TimeSpan Granularity = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly int _today;
    private readonly FileStatus _loadedFrom;
    private readonly DigestTable _loaded;
    private readonly ConcurrentDictionary<string, byte[]> _new = new(StringComparer.Ordinal);
    private bool _touched;

    private DigestCache(string path, TimeProvider time, FileStatus loadedFrom, DigestTable loaded)
    {
        _path = path;
        _today = (int)(time.GetUtcNow().ToUnixTimeSeconds() / (24 * 60 * 60));
        _loadedFrom = loadedFrom;
        _loaded = loaded;
    }

    /// <summary>Loads a cache.</summary>
    /// <param name="path">Absolute path of the cache's file; it and the directories above it need not exist.</param>
    /// <param name="time">The clock that tells which entries are too old to keep.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    public static async Task<DigestCache> LoadAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var (status, table) = await DigestCacheFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        return new DigestCache(path, time, status, table);
    }

    /// <summary>Finds the digest of a file.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="status">The file's status as it is now.</param>
    /// <returns>SHA-256 of the content, 64 lower-case hexadecimal digits; null when it isn't known.</returns>
    public string? Find(string path, in FileStatus status)
    {
        if (!status.IsExact)
        {
            return null;
        }

        if (!_loaded.TryFind(path, status, out var entry))
        {
            return _new.TryGetValue(path, out var added) && new CachedDigest(added) is var fresh && fresh.IsOf(status) ? fresh.Digest : null;
        }

        // Once a day is enough to know what is in use, and spares a build that changes nothing the writing.
        if (entry.LastUsedDay != _today)
        {
            entry.LastUsedDay = _today;
            _touched = true;
        }

        return entry.Digest;
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
            _new[path] = CachedDigest.Create(path, status, digest, _today);
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
            await DigestCacheFile.WriteAsync(_path, entries, _today, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            log.Detail($"The digest cache '{_path}' can't be written, so unchanged files will be read again: {exception.Message}");
        }
    }

    // What another process has saved meanwhile is kept: builds that run side by side share one cache.
    private async Task<IReadOnlyCollection<Memory<byte>>> MergeAsync(CancellationToken cancellationToken)
    {
        var merged = new Dictionary<string, Memory<byte>>(StringComparer.Ordinal);
        var (status, theirs) = await DigestCacheFile.ReadAsync(_path, cancellationToken).ConfigureAwait(false);
        foreach (var entry in status == _loadedFrom ? _loaded.Entries : _loaded.Entries.Concat(theirs.Entries))
        {
            merged[new CachedDigest(entry.Span).PathText] = entry;
        }

        foreach (var (path, entry) in _new)
        {
            merged[path] = entry;
        }

        return merged.Values;
    }
}
