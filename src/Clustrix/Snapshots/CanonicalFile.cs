using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>A file whose time stamp moves only when its content does, so that builds which watch it stay up to date.</summary>
internal static class CanonicalFile
{
    /// <summary>Writes the content unless the file has it already. A reader sees the old file or the new one, never a part.</summary>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public static async Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            return await ReplaceAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClustrixException([new Problem(ErrorCode.ArtifactsNotWritable, $"'{path}' can't be written: {fault.Message} Make its directory writable.", path)], fault);
        }
    }

    private static async Task<bool> ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && (await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(content.Span))
        {
            return false;
        }

        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            Directory.CreateDirectory(directory);
        }

        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await File.WriteAllBytesAsync(part, content, cancellationToken).ConfigureAwait(false);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }

        return true;
    }
}
