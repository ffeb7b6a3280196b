using System.Globalization;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

/// <summary>A store's directory as it lies on the disk.</summary>
public sealed class StoreContents(string root)
{
    /// <summary>File contents by the name that says what they have to be, such as <c>abcdef…x</c>.</summary>
    public IReadOnlyDictionary<string, string> Blobs => Directory.EnumerateFiles(Path.Combine(root, "cas"), "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetFileName(Path.GetDirectoryName(path)!) + Path.GetFileName(path), path => path);

    /// <summary>Directories of the workspaces that pushes use.</summary>
    public IEnumerable<string> Workspaces => Directory.EnumerateFiles(Path.Combine(root, "ws"), "*.ready")
        .Select(path => Path.Combine(root, "ws", File.ReadAllText(path).Split(' ')[0]));

    public IEnumerable<string> Sessions => Directory.EnumerateDirectories(Path.Combine(root, "tmp"));

    /// <summary>Directories of the runs.</summary>
    public IEnumerable<string> Runs => Directory.Exists(Path.Combine(root, "run")) ? Directory.EnumerateDirectories(Path.Combine(root, "run")) : [];

    /// <summary>Process ids of the pools that are at work.</summary>
    public IEnumerable<int> Pools => Runs.SelectMany(run => Directory.EnumerateFiles(run, "pool-*"))
        .Select(pool => int.Parse(File.ReadAllText(pool).Split(' ')[2], CultureInfo.InvariantCulture))
        .Where(id => Processes.CommandLineOf(id).Contains(root, StringComparison.Ordinal));

    public string BlobOf(LayerFile file) => Blobs[file.BlobName];

    /// <summary>What holds at any time, whatever was killed or cut off: what has a name is whole, and can't be written to.</summary>
    public void ShouldBeSound()
    {
        var inodes = new HashSet<ulong>();
        foreach (var (name, path) in Blobs)
        {
            Tree.DigestOf(path).ShouldBe(name.TrimEnd('x'), path);
            File.GetUnixFileMode(path).ShouldBe(name.EndsWith('x') ? (UnixFileMode)0b101_101_101 : (UnixFileMode)0b100_100_100, path);
            inodes.Add(Tree.InodeOf(path));
        }

        foreach (var workspace in Workspaces)
        {
            Tree.Writable(workspace).ShouldBeEmpty();
            foreach (var file in FilesOf(workspace).Where(file => file.Length > 0))
            {
                inodes.ShouldContain(Tree.InodeOf(file.FullName), $"{file.FullName} is no link to a blob");
            }
        }
    }

    private static IEnumerable<FileInfo> FilesOf(string workspace) =>
        new DirectoryInfo(workspace).EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true });
}
