using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>The file contents of a payload, each once, by their path below the store's <c>cas</c>.</summary>
internal sealed class PayloadBlobs
{
    private readonly Dictionary<string, LayerFile> _files;

    public PayloadBlobs(Payload payload)
    {
        Links = payload.Files.Count(IsBlob);
        _files = payload.Files.Where(IsBlob).DistinctBy(file => file.BlobName).ToDictionary(file => PathOf(file.BlobName));
    }

    /// <summary>Number of files that have content.</summary>
    public int Links { get; }

    /// <summary>The paths.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>A file with the content.</summary>
    public LayerFile this[string path] => _files[path];

    /// <summary>The path that a node has named.</summary>
    /// <exception cref="FormatException">It isn't one of the payload's.</exception>
    public string Checked(string path) => _files.ContainsKey(path) ? path : throw new FormatException();

    /// <summary>Whether a file has content. Empty files are written out: a file system allows only so many links to one file.</summary>
    public static bool IsBlob(LayerFile file) => file is { Kind: FileKind.File, Size: > 0 };

    /// <summary>Where a content lies below <c>cas</c>.</summary>
    public static string PathOf(string blobName) => $"{blobName.AsSpan(0, 2)}/{blobName.AsSpan(2)}";
}
