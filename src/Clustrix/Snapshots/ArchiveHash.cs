using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Clustrix.Snapshots;

/// <summary>The two hashes of a package file: of the file as it is, and of the content that its author packed, before anybody signed it.</summary>
/// <param name="File">SHA-512 of the whole file, in base 64.</param>
/// <param name="Content">SHA-512 of the content, in base 64: the same as <paramref name="File"/> for a package that isn't signed.</param>
internal sealed record ArchiveHash(string File, string Content)
{
    /// <summary>Hashes a package file.</summary>
    /// <exception cref="InvalidDataException">The file isn't a zip archive.</exception>
    public static ArchiveHash Of(SafeFileHandle package, CancellationToken cancellationToken)
    {
        using var hash = new ArchiveHasher(package, cancellationToken);
        hash.AddRange(0, RandomAccess.GetLength(package));
        var file = hash.Finish();
        var directory = ArchiveDirectory.Read(package);
        return new ArchiveHash(file, directory.Signature is null ? file : ContentHash(directory, directory.Signature, hash));
    }

    // A signature is one stored entry. Without it the entries behind it lie earlier by its length, and the directory is shorter by its line.
    private static string ContentHash(ArchiveDirectory directory, ArchiveEntry signature, ArchiveHasher hash)
    {
        foreach (var entry in directory.Entries.Where(entry => entry != signature).OrderBy(entry => entry.Offset))
        {
            hash.AddRange(entry.Offset, entry.Length);
        }

        foreach (var entry in directory.Entries.Where(entry => entry != signature))
        {
            var moved = entry.Offset > signature.Offset ? signature.Length : 0;
            hash.AddRange(entry.LinePosition, ArchiveDirectory.OffsetField);
            hash.AddNumber(entry.Offset - moved);
            hash.AddRange(entry.LinePosition + ArchiveDirectory.OffsetField + sizeof(uint), entry.LineLength - ArchiveDirectory.OffsetField - sizeof(uint));
        }

        AddEnd(directory, signature, hash);
        return hash.Finish();
    }

    private static void AddEnd(ArchiveDirectory directory, ArchiveEntry signature, ArchiveHasher hash)
    {
        const int CountField = 8;
        const int CommentField = 20;
        hash.AddRange(directory.EndPosition, CountField);
        hash.AddShort(directory.Entries.Count - 1);
        hash.AddShort(directory.Entries.Count - 1);
        hash.AddNumber(directory.Length - signature.LineLength);
        hash.AddNumber(directory.Position - signature.Length);
        hash.AddRange(directory.EndPosition + CommentField, directory.FileLength - directory.EndPosition - CommentField);
    }

    /// <summary>SHA-512 over parts of a file and numbers between them.</summary>
    private sealed class ArchiveHasher(SafeFileHandle file, CancellationToken cancellationToken) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);

        public void AddRange(long position, long length)
        {
            while (length > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, length)), position);
                if (read == 0)
                {
                    throw new InvalidDataException("the archive ends too early");
                }

                _hash.AppendData(_buffer, 0, read);
                position += read;
                length -= read;
            }
        }

        public void AddNumber(long number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)number);
            _hash.AppendData(bytes);
        }

        public void AddShort(int number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)number);
            _hash.AppendData(bytes);
        }

        public string Finish() => Convert.ToBase64String(_hash.GetHashAndReset());

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _hash.Dispose();
        }
    }
}
