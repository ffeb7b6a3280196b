using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>A JSON file that somebody else wrote: it may be missing, unreadable, cut off, or of another shape.</summary>
internal static class JsonDocumentFile
{
    public delegate T Parser<out T>(ReadOnlySpan<byte> json);

    /// <summary>Reads and parses a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parser">Makes the value of the file's bytes.</param>
    /// <param name="corrupt">The code for a file that can't be read.</param>
    /// <param name="remedy">What to do about such a file; a sentence.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ClustrixException">The file can't be read; with its line and column where there is one.</exception>
    public static async Task<T> ReadAsync<T>(string path, Parser<T> parser, ErrorCode corrupt, string remedy, CancellationToken cancellationToken)
    {
        try
        {
            return parser(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (JsonException fault)
        {
            var line = (int)(fault.LineNumber ?? -1) + 1;
            var column = (int)(fault.BytePositionInLine ?? -1) + 1;
            var what = $"'{Path.GetFileName(path)}' can't be read at line {line}, column {column}: {Reason(fault)}. {remedy}";
            throw new ClustrixException([new Problem(corrupt, what, path, line, column)], fault);
        }
        catch (DirectoryNotFoundException missing)
        {
            throw new FileNotFoundException(missing.Message, path, missing);
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException || (fault is IOException and not FileNotFoundException))
        {
            throw new ClustrixException([new Problem(corrupt, $"'{Path.GetFileName(path)}' can't be read: {fault.Message} {remedy}", path)], fault);
        }
    }

    // The reader's own messages end with the place, which is told already.
    private static string Reason(JsonException fault)
    {
        var place = fault.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? fault.Message : fault.Message[..place]).TrimEnd('.');
    }
}
