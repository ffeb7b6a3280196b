using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>
/// The file of a <see cref="DigestCache"/>: a mark with the format's version, the entries, each with its path, and SHA-256 over all of
/// that, by which a file that was cut off or damaged is told.
/// </summary>
internal static class DigestCacheFile
{
    private const int PrefixLength = CachedDigest.Length + sizeof(int);
    private const int TypicalEntryLength = 160;
    private const int MaximumLength = 1 << 29;

    private static ReadOnlySpan<byte> Mark => "clxdig\0\u0001"u8;

    /// <summary>Reads all entries; none when the file is damaged or of another format.</summary>
    public static async Task<Dictionary<string, CachedDigest>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return IsWhole(bytes) ? Parse(bytes.AsSpan(Mark.Length..^SHA256.HashSizeInBytes)) : [];
    }

    /// <summary>Puts a new file in the place of the old one in one step.</summary>
    public static async Task WriteAsync(string path, IEnumerable<KeyValuePair<string, CachedDigest>> entries, CancellationToken cancellationToken)
    {
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        var fresh = Path.Combine(directory, $".{Path.GetFileName(path)}.{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(fresh, Format(entries), cancellationToken).ConfigureAwait(false);
            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Mark.Length + SHA256.HashSizeInBytes
        && bytes.StartsWith(Mark)
        && SHA256.HashData(bytes[..^SHA256.HashSizeInBytes]).AsSpan().SequenceEqual(bytes[^SHA256.HashSizeInBytes..]);

    private static Dictionary<string, CachedDigest> Parse(ReadOnlySpan<byte> bytes)
    {
        var entries = new Dictionary<string, CachedDigest>(bytes.Length / TypicalEntryLength, StringComparer.Ordinal);
        while (!bytes.IsEmpty)
        {
            var end = PrefixLength + BinaryPrimitives.ReadInt32LittleEndian(bytes[CachedDigest.Length..]);
            entries[Encoding.UTF8.GetString(bytes[PrefixLength..end])] = new CachedDigest(bytes);
            bytes = bytes[end..];
        }

        return entries;
    }

    private static ReadOnlyMemory<byte> Format(IEnumerable<KeyValuePair<string, CachedDigest>> entries)
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        bytes.Write(Mark);
        foreach (var (path, entry) in entries)
        {
            var length = Encoding.UTF8.GetByteCount(path);
            if (bytes.WrittenCount + length > MaximumLength)
            {
                break;
            }

            var space = bytes.GetSpan(PrefixLength + length);
            entry.WriteTo(space);
            BinaryPrimitives.WriteInt32LittleEndian(space[CachedDigest.Length..], length);
            Encoding.UTF8.GetBytes(path, space[PrefixLength..]);
            bytes.Advance(PrefixLength + length);
        }

        SHA256.HashData(bytes.WrittenSpan, bytes.GetSpan(SHA256.HashSizeInBytes));
        bytes.Advance(SHA256.HashSizeInBytes);
        return bytes.WrittenMemory;
    }
}
