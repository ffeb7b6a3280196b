using System.Buffers;
using System.Security.Cryptography;

namespace Clustrix.Workloads;

/// <summary>Digests the content of one file after another through one buffer. Not safe for several threads; each has its own.</summary>
internal sealed class FileDigester : IDisposable
{
    private const int BufferLength = 256 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _hash.Dispose();
    }

    /// <summary>Digests a file from its first byte to its last.</summary>
    /// <param name="path">Absolute path of a regular file.</param>
    /// <param name="size">How many bytes it should hold.</param>
    /// <param name="cancellationToken">Stops the reading between two buffers.</param>
    /// <returns>64 lower-case hexadecimal digits; null when the file holds more or fewer bytes.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string? Digest(string path, long size, CancellationToken cancellationToken)
    {
        // Sharing everything spares the advisory lock that .NET otherwise takes and that nothing here needs.
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        long position = 0;
        int read;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            read = RandomAccess.Read(file, _buffer, position);
            _hash.AppendData(_buffer, 0, read);
            position += read;
        }
        while (read > 0 && position <= size);

        var digest = _hash.GetHashAndReset();
        return position == size ? Convert.ToHexStringLower(digest) : null;
    }
}
