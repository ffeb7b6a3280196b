using System.Text;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>What of a payload travels, as the node program unpacks it.</summary>
/// <param name="blobs">The payload's contents.</param>
/// <param name="missing">Those that travel.</param>
/// <param name="cancellationToken">Stops between two files.</param>
internal sealed class PushArchive(PayloadBlobs blobs, IReadOnlySet<string> missing, CancellationToken cancellationToken)
{
    private const int PathsInACommand = 100;

    /// <summary>Writes the missing contents and the whole tree.</summary>
    public void Write(StoreArchive archive, Payload payload)
    {
        AddBlobs(archive);
        AddTree(archive, "tree", payload.Files);
    }

    /// <summary>Writes the missing contents and what makes the tree out of another one.</summary>
    public void Write(StoreArchive archive, Difference difference)
    {
        AddBlobs(archive);
        AddText(archive, "change.sh", Commands("chmod u+w", difference.Opened.Prepend("")) + Commands("rm -rf", difference.Removed));
        AddText(archive, "close.sh", Commands("chmod a-w", difference.Closed.Prepend("")) + Commands("touch -r ../../epoch", difference.Closed.Prepend("")));
        AddText(archive, "gone", string.Concat(difference.GoneBlobs.Select(blob => blob + "\n")));
        AddTree(archive, "change", difference.Added);
    }

    // A line of a script has to fit into a command.
    private static string Commands(string command, IEnumerable<string> paths) =>
        string.Concat(paths.Chunk(PathsInACommand).Select(some => $"{command} {ShellText.Join(some.Select(path => "./" + path))} || return\n"));

    private void AddBlobs(StoreArchive archive)
    {
        archive.AddDirectory("in");
        archive.Promise(missing.Select(blob => blobs[blob].Size));

        // In order, so that the node can tell which ones are whole while others still come.
        foreach (var blob in missing.Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddBlob(archive, $"in/{blob}", blobs[blob]);
        }
    }

    private void AddTree(StoreArchive archive, string directory, IEnumerable<LayerFile> files)
    {
        archive.AddDirectory(directory);
        foreach (var file in files)
        {
            var path = $"{directory}/{file.Path}";
            if (file.Kind == FileKind.Directory)
            {
                archive.AddDirectory(path);
            }
            else if (file.Kind == FileKind.SymbolicLink)
            {
                archive.AddSymbolicLink(path, file.LinkTarget!);
            }
            else if (!PayloadBlobs.IsBlob(file))
            {
                archive.AddBlob(path, file.Executable, Stream.Null);
            }
            else
            {
                var blob = PayloadBlobs.PathOf(file.BlobName);
                archive.AddHardLink(path, missing.Contains(blob) ? archive.PathInStore($"in/{blob}") : $"cas/{blob}", file.Executable);
            }
        }
    }

    private static void AddBlob(StoreArchive archive, string path, LayerFile file)
    {
        using var content = BlobContent.Open(file);
        archive.AddBlob(path, file.Executable, content);
    }

    private static void AddText(StoreArchive archive, string path, string text)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        archive.AddBlob(path, executable: false, content);
    }
}
