using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>
/// The file of a <see cref="DigestCache"/> in memory: a mark with the format's version, the entries, and SHA-256 over all of that, by
/// which a file that was cut off or damaged is told.
/// </summary>
internal sealed class DigestTable
{
    private const int LongestPathOnTheStack = 512;

    private readonly byte[] _bytes;
    private readonly int _end;
    private readonly int[] _slots;
    private readonly int _shift;

    private DigestTable(byte[] bytes, int end)
    {
        _bytes = bytes;
        _end = end;

        // At least twice as many slots as there can be entries, because a table that is too full is slow.
        var bits = BitOperations.Log2((uint)(2 * (end / CachedDigest.MinimumLength)) | 1) + 1;
        _slots = new int[1 << bits];
        _shift = 64 - bits;
        for (var at = Mark.Length; at < end;)
        {
            var entry = new CachedDigest(bytes.AsSpan(at));
            Insert(entry.Key, at);
            at += entry.Length;
        }
    }

    /// <summary>How a file of this format begins.</summary>
    public static ReadOnlySpan<byte> Mark => "clxdig\0\u0001"u8;

    /// <summary>A table without entries.</summary>
    public static DigestTable Empty { get; } = new([], 0);

    /// <summary>All entries, each in the form of <see cref="CachedDigest"/>.</summary>
    public IEnumerable<Memory<byte>> Entries
    {
        get
        {
            for (var at = Mark.Length; at < _end;)
            {
                var length = new CachedDigest(_bytes.AsSpan(at)).Length;
                yield return _bytes.AsMemory(at, length);
                at += length;
            }
        }
    }

    /// <summary>Reads a file; one that is damaged or of another format is empty.</summary>
    public static DigestTable Parse(byte[] bytes)
    {
        var end = bytes.Length - SHA256.HashSizeInBytes;
        return end >= Mark.Length
            && bytes.AsSpan().StartsWith(Mark)
            && SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)) ? new(bytes, end) : Empty;
    }

    /// <summary>Finds the entry of a file.</summary>
    /// <returns>Whether there is one, with this path and status.</returns>
    [SkipLocalsInit]
    public bool TryFind(string path, in FileStatus status, out CachedDigest entry)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(path.Length);
        var buffer = longest <= LongestPathOnTheStack ? stackalloc byte[LongestPathOnTheStack] : new byte[longest];
        var name = buffer[..Encoding.UTF8.GetBytes(path, buffer)];
        for (var slot = SlotOf(CachedDigest.KeyOf(status)); _slots[slot] != 0; slot = Next(slot))
        {
            entry = new CachedDigest(_bytes.AsSpan(_slots[slot]));
            if (entry.IsOf(status) && entry.Path.SequenceEqual(name))
            {
                return true;
            }
        }

        entry = default;
        return false;
    }

    // No entry begins at 0, where the mark is; so 0 is a free slot.
    private void Insert(ulong key, int at)
    {
        var slot = SlotOf(key);
        while (_slots[slot] != 0)
        {
            slot = Next(slot);
        }

        _slots[slot] = at;
    }

    private int SlotOf(ulong key) => (int)(key >> _shift);

    private int Next(int slot) => (slot + 1) & (_slots.Length - 1);
}
