using System.Diagnostics;

namespace Clustrix.Testing;

/// <summary>A directory of one test's own, removed with everything in it when the test ends.</summary>
public sealed class TempDirectory : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public TempDirectory()
    {
        Root = Directory.CreateTempSubdirectory("clustrix-test-").FullName;
    }

    public string Root { get; }

    public string this[string relative] => Path.Combine(Root, relative);

    /// <summary>Writes a file, making the directories above it; returns its absolute path.</summary>
    public string Write(string relative, string content)
    {
        var path = this[relative];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>The workers of a run that has all its results may still be putting things in order: what they make meanwhile goes too.</summary>
    public void Dispose()
    {
        var begun = Stopwatch.GetTimestamp();
        while (Directory.Exists(Root))
        {
            try
            {
                MakeWritable(Root);
                Directory.Delete(Root, recursive: true);
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(begun) < Limit)
            {
                Thread.Sleep(20);
            }
        }
    }

    // A store's workspaces are read-only directories, which nobody but root could empty.
    private static void MakeWritable(string directory)
    {
        File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.UserWrite | UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var sub in new DirectoryInfo(directory).EnumerateDirectories())
        {
            if (sub.LinkTarget is null)
            {
                MakeWritable(sub.FullName);
            }
        }
    }
}
