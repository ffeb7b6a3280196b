using System.Formats.Tar;
using Clustrix.Node;

namespace Clustrix.Stores;

/// <summary>Writes a tar that the node program unpacks: GNU format, which every tar in use reads.</summary>
/// <param name="writer">Gets the entries.</param>
/// <param name="pieces">What the writer writes to.</param>
/// <param name="scratch">The session's own directory below the store's root; all paths given to this archive are below it.</param>
internal sealed class StoreArchive(TarWriter writer, PieceStream pieces, string scratch)
{
    // The node tells by the time whether a file was written to since; see the node program's epoch.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const long Record = 512;
    private const UnixFileMode ReadAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ExecuteAll = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly HashSet<string> _directories = new(StringComparer.Ordinal);

    /// <summary>Says that at least blobs of these sizes are to come: so much needn't be gathered before it is sent.</summary>
    public void Promise(IEnumerable<long> sizes) => pieces.Promise(sizes.Sum(size => Record + ((size + Record - 1) / Record * Record)));

    /// <summary>Makes a directory and those above it, once.</summary>
    public void AddDirectory(string path)
    {
        if (!_directories.Add(path))
        {
            return;
        }

        AddParent(path);

        var entry = New(TarEntryType.Directory, path);
        entry.Mode = ReadAll | ExecuteAll | UnixFileMode.UserWrite;
        writer.WriteEntry(entry);
    }

    /// <summary>Adds a file that is never to be changed.</summary>
    public void AddBlob(string path, bool executable, Stream content)
    {
        AddParent(path);
        var entry = New(TarEntryType.RegularFile, path);
        entry.Mode = ModeOf(executable);
        entry.DataStream = content;
        writer.WriteEntry(entry);
    }

    /// <summary>The path of what this archive holds, relative to the store's root: a target for hard links.</summary>
    public string PathInStore(string path) => $"{scratch}/{path}";

    /// <summary>Adds a second name for a file that is there or that came earlier in the archive.</summary>
    /// <param name="path">The name.</param>
    /// <param name="target">The file, relative to the store's root.</param>
    /// <param name="executable">The file's own mode.</param>
    public void AddHardLink(string path, string target, bool executable)
    {
        AddParent(path);
        var entry = New(TarEntryType.HardLink, path);

        // Some tars give the shared file the mode of the link's entry: so it is the blob's own.
        entry.Mode = ModeOf(executable);
        entry.LinkName = target;
        writer.WriteEntry(entry);
    }

    /// <summary>Adds a symbolic link as it stands.</summary>
    public void AddSymbolicLink(string path, string target)
    {
        AddParent(path);
        var entry = New(TarEntryType.SymbolicLink, path);
        entry.LinkName = target;
        writer.WriteEntry(entry);
    }

    private static UnixFileMode ModeOf(bool executable) => executable ? ReadAll | ExecuteAll : ReadAll;

    private GnuTarEntry New(TarEntryType type, string path) => new(type, PathInStore(path)) { ModificationTime = Epoch };

    private void AddParent(string path)
    {
        if (path.LastIndexOf('/') is var slash and > 0)
        {
            AddDirectory(path[..slash]);
        }
    }
}
