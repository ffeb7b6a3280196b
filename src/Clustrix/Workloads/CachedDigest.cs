using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Clustrix.Workloads;

/// <summary>One entry of the <see cref="DigestCache"/>: what a file looked like, and the digest that it had then.</summary>
internal struct CachedDigest
{
    /// <summary>Bytes of an entry in the cache's file, without its path.</summary>
    public const int Length = 44 + Sha256Length;

    private const int Sha256Length = 32;

    private readonly ulong _device;
    private readonly ulong _inode;
    private readonly long _size;
    private readonly long _modified;
    private readonly long _changed;
    private Sha256 _digest;

    public CachedDigest(in FileStatus status, string digest, int today)
    {
        _device = status.Device;
        _inode = status.Inode;
        _size = status.Size;
        _modified = status.ModifiedNanoseconds;
        _changed = status.ChangedNanoseconds;
        LastUsedDay = today;
        Convert.FromHexString(digest, _digest, out _, out _);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public CachedDigest(ReadOnlySpan<byte> bytes)
    {
        _device = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _inode = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _size = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
        _modified = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]);
        _changed = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
        LastUsedDay = BinaryPrimitives.ReadInt32LittleEndian(bytes[40..]);
        bytes.Slice(44, Sha256Length).CopyTo(_digest);
    }

    /// <summary>The last day on which the entry was of use, counted from 1970-01-01.</summary>
    public int LastUsedDay { readonly get; set; }

    public readonly void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _device);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], _inode);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], _size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], _modified);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], _changed);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[40..], LastUsedDay);
        ((ReadOnlySpan<byte>)_digest).CopyTo(bytes[44..]);
    }

    public readonly bool IsOf(in FileStatus status) =>
        status.IsExact
        && status.Device == _device
        && status.Inode == _inode
        && status.Size == _size
        && status.ModifiedNanoseconds == _modified
        && status.ChangedNanoseconds == _changed;

    public readonly string ToDigest() => Convert.ToHexStringLower(_digest);

    [InlineArray(Sha256Length)]
    private struct Sha256
    {
        private byte _first;
    }
}
