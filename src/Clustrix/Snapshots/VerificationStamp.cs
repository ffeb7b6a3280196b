using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Clustrix.Workloads;

namespace Clustrix.Snapshots;

/// <summary>The state of a package's files, as the file system tells it without opening them: while it stays, so does their content.</summary>
internal sealed class VerificationStamp(string contentHash)
{
    private readonly ArrayBufferWriter<byte> _state = Begin(contentHash);

    /// <summary>Whether a change of any of the files would show: the platform tells all that is needed, and no file is only a link to one.</summary>
    public bool IsTrustworthy { get; private set; } = true;

    /// <summary>When the youngest of the files last changed, in nanoseconds since 1970-01-01 UTC.</summary>
    public long Youngest { get; private set; }

    /// <summary>The state of all files in 64 hexadecimal digits.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(_state.WrittenSpan));

    /// <summary>Adds a file.</summary>
    public void Add(string path, FileStatus status)
    {
        IsTrustworthy &= status.IsExact && status.IsFile;
        Youngest = Math.Max(Youngest, Math.Max(status.ChangedNanoseconds, status.ModifiedNanoseconds));
        Encoding.UTF8.GetBytes(path, _state);
        _state.Write("\0"u8);
        Append((long)status.Device);
        Append((long)status.Inode);
        Append(status.Size);
        Append(status.ModifiedNanoseconds);
        Append(status.ChangedNanoseconds);
    }

    private static ArrayBufferWriter<byte> Begin(string contentHash)
    {
        var state = new ArrayBufferWriter<byte>(1024);
        Encoding.UTF8.GetBytes(contentHash + "\0", state);
        return state;
    }

    private void Append(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_state.GetSpan(sizeof(long)), number);
        _state.Advance(sizeof(long));
    }
}
