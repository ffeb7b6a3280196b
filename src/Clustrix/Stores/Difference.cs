using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>What has to be done to the tree of one payload to make it that of another.</summary>
internal sealed class Difference
{
    private Difference(
        string @base,
        IReadOnlyList<string> opened,
        IReadOnlyList<string> removed,
        IReadOnlyList<LayerFile> added,
        IReadOnlyList<string> closed,
        IReadOnlyList<string> newBlobs,
        IReadOnlyList<string> goneBlobs)
    {
        Base = @base;
        Opened = opened;
        Removed = removed;
        Added = added;
        Closed = closed;
        NewBlobs = newBlobs;
        GoneBlobs = goneBlobs;
    }

    /// <summary>The root of the first payload.</summary>
    public string Base { get; }

    /// <summary>Whether there is nothing to be done.</summary>
    public bool IsNone => Opened.Count + Removed.Count + Added.Count == 0;

    /// <summary>Directories of the first tree in which something comes or goes, without the topmost one.</summary>
    public IReadOnlyList<string> Opened { get; }

    /// <summary>Paths that go, whatever is below them; none of them below another. What becomes something else goes, too.</summary>
    public IReadOnlyList<string> Removed { get; }

    /// <summary>
    /// What comes then. Empty files always go and come: a file system allows only so many links to one file, and nobody would find out
    /// that one of them was written to.
    /// </summary>
    public IReadOnlyList<LayerFile> Added { get; }

    /// <summary>Directories of the second tree in which something has come or gone, without the topmost one.</summary>
    public IReadOnlyList<string> Closed { get; }

    /// <summary>Contents that the first tree doesn't have, by their path below <c>cas</c>.</summary>
    public IReadOnlyList<string> NewBlobs { get; }

    /// <summary>Contents that only the first tree has.</summary>
    public IReadOnlyList<string> GoneBlobs { get; }

    /// <summary>That of a payload and itself.</summary>
    public static Difference None(Payload payload) => new(payload.Root, [], [], [], [], [], []);

    /// <summary>Finds the difference.</summary>
    public static Difference Between(PayloadListing before, Payload after)
    {
        var files = after.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var directoriesBefore = DirectoriesOf(before.Paths, before.IsDirectory);
        var directoriesAfter = DirectoriesOf(files.Keys, path => files[path].Kind == FileKind.Directory);
        var removed = new HashSet<string>(directoriesBefore.Except(directoriesAfter), StringComparer.Ordinal);
        removed.UnionWith(before.Paths.Where(path => !before.IsDirectory(path) && (before.IsEmpty(path) || !(files.TryGetValue(path, out var file) && before.Has(file)))));
        LayerFile[] added =
            [.. after.Files.Where(file => IsEmpty(file) || (file.Kind == FileKind.Directory ? !directoriesBefore.Contains(file.Path) : !before.Has(file)))];
        var blobsBefore = new HashSet<string>(before.BlobNames, StringComparer.Ordinal);
        var blobsAfter = new HashSet<string>(after.Files.Where(PayloadBlobs.IsBlob).Select(file => file.BlobName), StringComparer.Ordinal);
        string[] touched =
            [.. removed.Concat(added.Select(file => file.Path)).SelectMany(path => Above(path).Prepend(path)).Distinct().Order(StringComparer.Ordinal)];
        return new Difference(
            before.Root,
            [.. touched.Where(directoriesBefore.Contains)],
            [.. removed.Where(path => !Above(path).Any(removed.Contains)).Order(StringComparer.Ordinal)],
            added,
            [.. touched.Where(directoriesAfter.Contains)],
            Paths(blobsAfter.Except(blobsBefore)),
            Paths(blobsBefore.Except(blobsAfter)));
    }

    private static bool IsEmpty(LayerFile file) => file is { Kind: FileKind.File, Size: 0 };

    private static string[] Paths(IEnumerable<string> blobs) => [.. blobs.Select(PayloadBlobs.PathOf).Order(StringComparer.Ordinal)];

    private static HashSet<string> DirectoriesOf(IEnumerable<string> paths, Func<string, bool> isDirectory)
    {
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (isDirectory(path))
            {
                directories.Add(path);
            }

            foreach (var above in Above(path).TakeWhile(directories.Add))
            {
            }
        }

        return directories;
    }

    private static IEnumerable<string> Above(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }
}
