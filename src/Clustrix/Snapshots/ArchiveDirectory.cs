using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Clustrix.Snapshots;

/// <summary>The directory at the end of a zip archive, with the positions that the framework's zip reader keeps to itself.</summary>
internal sealed record ArchiveDirectory
{
    /// <summary>Where in a directory line the offset of the entry stands.</summary>
    public const int OffsetField = 42;

    private const string SignatureName = ".signature.p7s";
    private const int LineHeader = 46;
    private const int EndHeader = 22;
    private const int LongestComment = ushort.MaxValue;

    /// <summary>The entries, in the directory's order.</summary>
    public required IReadOnlyList<ArchiveEntry> Entries { get; init; }

    /// <summary>Where the directory begins.</summary>
    public required long Position { get; init; }

    /// <summary>Bytes of the directory.</summary>
    public required long Length { get; init; }

    /// <summary>Where the record behind the directory begins.</summary>
    public required long EndPosition { get; init; }

    /// <summary>Bytes of the archive.</summary>
    public required long FileLength { get; init; }

    /// <summary>The entry that holds the package's signature; null when the package isn't signed.</summary>
    public ArchiveEntry? Signature => Entries.FirstOrDefault(entry => entry.Name == SignatureName);

    /// <summary>Reads the directory.</summary>
    /// <exception cref="InvalidDataException">The file isn't a zip archive.</exception>
    public static ArchiveDirectory Read(SafeFileHandle archive)
    {
        var length = RandomAccess.GetLength(archive);
        var tail = ReadRange(archive, Math.Max(0, length - EndHeader - LongestComment), length);
        var end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndHeader > tail.Length)
        {
            throw new InvalidDataException("it is no zip archive");
        }

        var record = tail.AsSpan(end);
        long count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        long position = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);

        // Fields too small for what they should say: such an archive can't be signed, so nobody needs its entries.
        var large = count == ushort.MaxValue || size == uint.MaxValue || position == uint.MaxValue;
        return new ArchiveDirectory
        {
            Entries = large ? [] : ReadLines(ReadRange(archive, position, position + size), position),
            Position = position,
            Length = size,
            EndPosition = length - tail.Length + end,
            FileLength = length,
        };
    }

    private static ArchiveEntry[] ReadLines(byte[] directory, long position)
    {
        var entries = new List<ArchiveEntry>();
        for (var at = 0; at + LineHeader <= directory.Length;)
        {
            var line = directory.AsSpan(at);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(line[28..]);
            var lineLength = LineHeader + nameLength
                + BinaryPrimitives.ReadUInt16LittleEndian(line[30..])
                + BinaryPrimitives.ReadUInt16LittleEndian(line[32..]);
            if (!line.StartsWith("PK\x01\x02"u8) || lineLength > line.Length)
            {
                throw new InvalidDataException("its directory is damaged");
            }

            var offset = BinaryPrimitives.ReadUInt32LittleEndian(line[OffsetField..]);
            entries.Add(new ArchiveEntry(Encoding.UTF8.GetString(line.Slice(LineHeader, nameLength)), offset, 0, position + at, lineLength));
            at += lineLength;
        }

        return WithLengths(entries, position);
    }

    // Entries lie one behind the other, and the directory behind the last: each ends where the next begins.
    private static ArchiveEntry[] WithLengths(List<ArchiveEntry> entries, long directory)
    {
        var offsets = entries.Select(entry => entry.Offset).Append(directory).Order().ToArray();
        return [.. entries.Select(entry => entry with { Length = Next(offsets, entry.Offset) - entry.Offset })];
    }

    private static long Next(long[] offsets, long offset)
    {
        var index = Array.BinarySearch(offsets, offset) + 1;
        return index < offsets.Length ? offsets[index] : throw new InvalidDataException("its directory is damaged");
    }

    private static byte[] ReadRange(SafeFileHandle archive, long start, long end)
    {
        if (end > RandomAccess.GetLength(archive))
        {
            throw new InvalidDataException("its directory lies behind its end");
        }

        var bytes = new byte[end - start];
        for (var read = 0; read < bytes.Length;)
        {
            var more = RandomAccess.Read(archive, bytes.AsSpan(read), start + read);
            read += more > 0 ? more : throw new InvalidDataException("it ends too early");
        }

        return bytes;
    }
}
