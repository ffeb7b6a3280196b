namespace Clustrix.Snapshots;

/// <summary>A file whose time stamp moves only when its content does, so that builds which watch it stay up to date.</summary>
internal static class CanonicalFile
{
    /// <summary>Writes the content unless the file has it already. A reader sees the old file or the new one, never a part.</summary>
    /// <returns>Whether the file was written.</returns>
    public static async Task<bool> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (File.Exists(path) && (await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(content.Span))
        {
            return false;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
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
