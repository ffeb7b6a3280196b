using System.Diagnostics;

namespace Clustrix.Tests.Conventions;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Absolute path of the directory that holds <c>Tooling.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file that is committed or about to be, relative to <see cref="Root"/>, sorted ordinally.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static IEnumerable<string> FilesUnder(string folder, string extension) =>
        Files.Where(file => file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(extension, StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tooling.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"no Tooling.sln above {AppContext.BaseDirectory}");
        }

        return directory.FullName;
    }

    private static string[] ListFiles()
    {
        // The checkout of a CI machine may belong to another user than the one who runs the tests.
        var start = new ProcessStartInfo("git", ["-c", $"safe.directory={Root}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, "git ls-files");
        var files = output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct().Where(file => File.Exists(Path.Combine(Root, file))).ToArray();
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
