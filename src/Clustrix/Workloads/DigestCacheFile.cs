using System.Buffers;
using System.Security.Cryptography;

namespace Clustrix.Workloads;

/// <summary>Reads the file of a <see cref="DigestCache"/>, and puts a new one in its place.</summary>
internal static class DigestCacheFile
{
    // An entry that isn't asked for in a month is likely a file of another branch or checkout.
    private const int DaysUnused = 30;
    private const int MostEntries = 1_000_000;
    private const int MostBytes = 1 << 29;

    /// <summary>Reads the file with the status that it had just before; an empty table when it can't be read.</summary>
    public static async Task<(FileStatus Status, DigestTable Table)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return FileStatus.TryRead(path, out var status)
                ? (status, DigestTable.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)))
                : (default, DigestTable.Empty);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (default, DigestTable.Empty);
        }
    }

    /// <summary>Puts a file with the entries that are still of use in the place of the old one, in one step.</summary>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="entries">The entries, each in the form of <see cref="CachedDigest"/>, each path once.</param>
    /// <param name="today">The day, counted from 1970-01-01.</param>
    /// <param name="cancellationToken">Stops the writing; the file stays as it was.</param>
    public static async Task WriteAsync(string path, IReadOnlyCollection<Memory<byte>> entries, int today, CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        var fresh = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(fresh, Format(InUse(entries, today)), cancellationToken).ConfigureAwait(false);
            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static IEnumerable<Memory<byte>> InUse(IReadOnlyCollection<Memory<byte>> entries, int today)
    {
        var used = entries.Where(entry => today - LastUsedDay(entry) <= DaysUnused);
        return entries.Count <= MostEntries ? used : used.OrderByDescending(LastUsedDay).Take(MostEntries);
    }

    private static int LastUsedDay(Memory<byte> entry) => new CachedDigest(entry.Span).LastUsedDay;

    private static ReadOnlyMemory<byte> Format(IEnumerable<Memory<byte>> entries)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        bytes.Write(DigestTable.Mark);
        foreach (var entry in entries.TakeWhile(entry => bytes.WrittenCount + entry.Length <= MostBytes))
        {
            bytes.Write(entry.Span);
        }

        SHA256.HashData(bytes.WrittenSpan, bytes.GetSpan(SHA256.HashSizeInBytes));
        bytes.Advance(SHA256.HashSizeInBytes);
        return bytes.WrittenMemory;
    }
}
