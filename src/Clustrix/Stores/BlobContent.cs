using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;
using Microsoft.Win32.SafeHandles;

namespace Clustrix.Stores;

/// <summary>The content of a payload's file, for an archive: exactly as many bytes as were digested.</summary>
internal sealed class BlobContent : Stream
{
    private readonly LayerFile _file;
    private readonly SafeFileHandle _handle;

    private BlobContent(LayerFile file, SafeFileHandle handle)
    {
        _file = file;
        _handle = handle;
    }

    public override bool CanRead => true;

    // Nobody does, but an archive asks whoever can for his length.
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _file.Size;

    public override long Position { get; set; }

    /// <summary>Opens a file of a payload.</summary>
    /// <exception cref="ClustrixException">It can't be read any more (<see cref="ErrorCode.PayloadUnreadable"/>).</exception>
    public static BlobContent Open(LayerFile file)
    {
        try
        {
            // Sharing everything spares the advisory lock that .NET otherwise takes and that nothing here needs.
            return new BlobContent(file, File.OpenHandle(file.Source!, share: FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    /// <summary>The exception for a file that isn't what was digested any more.</summary>
    public static ClustrixException Changed(LayerFile file, Exception? inner = null) =>
        new(ErrorCode.TransferCorrupt, $"'{file.Source}' changed while it was pushed. Nothing was published; start again when nobody writes to it.", inner);

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Min(buffer.Length, Length - Position)];
        if (buffer.IsEmpty)
        {
            return 0;
        }

        try
        {
            var read = RandomAccess.Read(_handle, buffer, Position);
            Position += read;
            return read > 0 ? read : throw Changed(_file);
        }
        catch (IOException e)
        {
            throw Unreadable(_file, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void CopyTo(Stream destination, int bufferSize)
    {
        if (destination is not PieceStream pieces)
        {
            base.CopyTo(destination, bufferSize);
            return;
        }

        while (Position < Length)
        {
            pieces.Advance(Read(pieces.Free()));
        }
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _handle.Dispose();
        base.Dispose(disposing);
    }

    private static ClustrixException Unreadable(LayerFile file, Exception e) => new(
        ErrorCode.PayloadUnreadable, $"'{file.Source}' can't be read any more: {e.Message}. Don't change the payload while it is pushed.", e);
}
