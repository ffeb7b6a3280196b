using System.Text;

namespace Clustrix.Results;

/// <summary>Reads the end of a log without reading the log.</summary>
public static class LogTail
{
    private const int Window = 16 * 1024;

    /// <summary>The last lines of a file.</summary>
    /// <param name="path">The file; null for none.</param>
    /// <param name="lines">At most so many lines, of the last 16 KiB.</param>
    /// <returns>The lines without their ends; what isn't UTF-8 or can't be printed is replaced.</returns>
    public static IReadOnlyList<string> Read(string? path, int lines)
    {
        if (path is null)
        {
            return [];
        }

        using var file = File.OpenRead(path);
        file.Seek(-Math.Min(Window, file.Length), SeekOrigin.End);
        using var reader = new StreamReader(file, Encoding.UTF8);
        var all = reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        return [.. all.Skip(Math.Max(0, all.Length - lines)).Select(Printable)];
    }

    private static string Printable(string line) => string.Concat(line.Select(c => char.IsControl(c) && c != '\t' ? '\uFFFD' : c));
}
