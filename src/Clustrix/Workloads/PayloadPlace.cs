using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Where a declared file or directory goes in the payload.</summary>
public static class PayloadPlace
{
    /// <summary>Makes the source of a declared path.</summary>
    /// <param name="path">The file or directory, absolute or relative to <paramref name="baseDirectory"/>.</param>
    /// <param name="destination">
    /// The directory in the payload that receives the file, or what the directory holds; <c>.</c> is the payload's root. Empty to go where it lies: to its path from
    /// <paramref name="baseDirectory"/>, or, from outside of that, to its own name.
    /// </param>
    /// <param name="baseDirectory">The project's or the working directory, absolute.</param>
    /// <exception cref="ClustrixException">The path is empty (<see cref="ErrorCode.BadValue"/>).</exception>
    public static PayloadSource Declare(string path, string destination, string baseDirectory)
    {
        Check(path);
        var absolute = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, baseDirectory));
        return destination.Length == 0
            ? new PayloadSource("payload", absolute, OwnPlace(absolute, baseDirectory))
            : new PayloadSource($"payload {destination}", absolute, destination is "." or "./" ? "" : Path.TrimEndingDirectorySeparator(destination));
    }

    /// <summary>Checks what somebody has written: a variable without a value isn't the whole directory.</summary>
    /// <exception cref="ClustrixException">The path is empty (<see cref="ErrorCode.BadValue"/>).</exception>
    public static void Check(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ClustrixException(ErrorCode.BadValue, "A payload's path is empty. Name a file or a directory; '.' is the whole directory.");
        }
    }

    // A source's destination is the directory that receives a file, or that receives what a directory holds.
    private static string OwnPlace(string path, string baseDirectory)
    {
        var relative = Path.GetRelativePath(baseDirectory, path);
        if (relative == ".." || relative.StartsWith("../", StringComparison.Ordinal))
        {
            relative = Path.GetFileName(path);
        }

        return relative == "." ? "" : Directory.Exists(path) ? relative : Path.GetDirectoryName(relative) ?? "";
    }
}
