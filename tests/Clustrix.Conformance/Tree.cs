using System.Security.Cryptography;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

/// <summary>Directory trees as comparable text: kind, executable bit and content or target of every path.</summary>
internal static class Tree
{
    private const UnixFileMode WriteAll = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static SortedDictionary<string, string> Of(string root)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(new DirectoryInfo(root));
        return tree;

        void Add(DirectoryInfo directory)
        {
            foreach (var entry in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
            {
                tree.Add(Path.GetRelativePath(root, entry.FullName), Describe(entry));
                if (entry is DirectoryInfo { LinkTarget: null } below)
                {
                    Add(below);
                }
            }
        }
    }

    /// <summary>What of a tree anybody may write to, files and directories alike.</summary>
    public static IEnumerable<string> Writable(string root) =>
        Directory.EnumerateFileSystemEntries(root, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true })
            .Append(root)
            .Where(path => (File.GetUnixFileMode(path) & WriteAll) != 0);

    public static ulong InodeOf(string path) => FileStatus.TryRead(path, out var status) ? status.Inode : throw new FileNotFoundException(path);

    public static string DigestOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => $"link to {target}",
        DirectoryInfo => "directory",
        _ => $"{(entry.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? "program" : "file")} {DigestOf(entry.FullName)}",
    };
}
