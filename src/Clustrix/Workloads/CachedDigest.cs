using System.Buffers.Binary;
using System.Text;

namespace Clustrix.Workloads;

/// <summary>
/// One entry of the <see cref="DigestCache"/> in the form it has in the file: what a file looked like, the day on which the entry was
/// last of use, the digest, the length of the path, the path.
/// </summary>
/// <remarks>It is read where it lies, because making objects of all entries would take longer than looking at the files.</remarks>
internal readonly ref struct CachedDigest
{
    /// <summary>Bytes of an entry without its path.</summary>
    public const int MinimumLength = PathAt;

    private const int DayAt = 40;
    private const int DigestAt = 44;
    private const int PathLengthAt = 76;
    private const int PathAt = 80;

    private readonly Span<byte> _bytes;

    /// <summary>Reads the entry at the beginning of a span.</summary>
    public CachedDigest(Span<byte> bytes) => _bytes = bytes[..(PathAt + BinaryPrimitives.ReadInt32LittleEndian(bytes[PathLengthAt..]))];

    /// <summary>Bytes of the entry.</summary>
    public int Length => _bytes.Length;

    /// <summary>Absolute path of the file, in UTF-8.</summary>
    public ReadOnlySpan<byte> Path => _bytes[PathAt..];

    /// <summary>Absolute path of the file.</summary>
    public string PathText => Encoding.UTF8.GetString(Path);

    /// <summary>Where to look for the entry in a table. Paths to one file (hard links) share it.</summary>
    public ulong Key => KeyOf(BinaryPrimitives.ReadUInt64LittleEndian(_bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(_bytes[32..]));

    /// <summary>SHA-256 of the content, 64 lower-case hexadecimal digits.</summary>
    public string Digest => Convert.ToHexStringLower(_bytes[DigestAt..PathLengthAt]);

    /// <summary>The last day on which the entry was of use, counted from 1970-01-01.</summary>
    public int LastUsedDay
    {
        get => BinaryPrimitives.ReadInt32LittleEndian(_bytes[DayAt..]);
        set => BinaryPrimitives.WriteInt32LittleEndian(_bytes[DayAt..], value);
    }

    /// <summary>Where the entry of a file with this status would be.</summary>
    public static ulong KeyOf(in FileStatus status) => KeyOf(status.Inode, status.ChangedNanoseconds);

    /// <summary>Makes an entry.</summary>
    public static byte[] Create(string path, in FileStatus status, string digest, int today)
    {
        var bytes = new byte[PathAt + Encoding.UTF8.GetByteCount(path)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, status.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), status.Inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), status.Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), status.ModifiedNanoseconds);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), status.ChangedNanoseconds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(DayAt), today);
        Convert.FromHexString(digest, bytes.AsSpan(DigestAt, PathLengthAt - DigestAt), out _, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PathLengthAt), bytes.Length - PathAt);
        Encoding.UTF8.GetBytes(path, bytes.AsSpan(PathAt));
        return bytes;
    }

    /// <summary>Whether the entry is of a file with this status.</summary>
    public bool IsOf(in FileStatus status) =>
        BinaryPrimitives.ReadUInt64LittleEndian(_bytes) == status.Device
        && BinaryPrimitives.ReadUInt64LittleEndian(_bytes[8..]) == status.Inode
        && BinaryPrimitives.ReadInt64LittleEndian(_bytes[16..]) == status.Size
        && BinaryPrimitives.ReadInt64LittleEndian(_bytes[24..]) == status.ModifiedNanoseconds
        && BinaryPrimitives.ReadInt64LittleEndian(_bytes[32..]) == status.ChangedNanoseconds;

    // Fibonacci hashing: inodes of one directory are often neighbours.
    private static ulong KeyOf(ulong inode, long changed) => unchecked((inode ^ ((ulong)changed << 20)) * 0x9E3779B97F4A7C15);
}
