using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;

namespace Clustrix.Workloads;

/// <summary>What was in a payload, by path and content: <c>payload.json</c> among a run's artifacts. Two of them tell why an item was run again.</summary>
public sealed class PayloadListing
{
    /// <summary>What the file is called among a run's artifacts.</summary>
    public const string FileName = "payload.json";

    private const int Format = 1;
    private const string DirectoryText = "directory";
    private const string FileWord = "file ";
    private const string ExecutableWord = "executable ";

    // Of no bytes.
    private const string EmptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private readonly IReadOnlyDictionary<string, string> _files;

    private PayloadListing(string root, IReadOnlyDictionary<string, string> files)
    {
        Root = root;
        _files = files;
    }

    /// <summary>The payload's root digest.</summary>
    public string Root { get; }

    /// <summary>Lists a payload.</summary>
    public static PayloadListing Of(Payload payload) =>
        new(payload.Root, payload.Files.ToDictionary(file => file.Path, Content, StringComparer.Ordinal));

    /// <summary>Reads a listing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The listing; null when there is no file, or none that this version can read: it only explains, and nothing depends on it.</returns>
    public static async Task<PayloadListing?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a listing; null when it is none that this version can read.</summary>
    internal static PayloadListing? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.GetProperty("format").GetInt32() == Format
                ? new PayloadListing(
                    root.GetProperty("root").GetString()!,
                    root.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString()!, StringComparer.Ordinal))
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>All paths.</summary>
    internal IEnumerable<string> Paths => _files.Keys;

    /// <summary>The contents of all files that aren't empty; each as often as it is there.</summary>
    internal IEnumerable<string> BlobNames => _files.Values.Select(BlobName).OfType<string>().Where(name => !name.StartsWith(EmptyDigest, StringComparison.Ordinal));

    /// <summary>Whether a path is a directory that is named for itself.</summary>
    internal bool IsDirectory(string path) => _files[path] == DirectoryText;

    /// <summary>Whether a path is a file without content.</summary>
    internal bool IsEmpty(string path) => BlobName(_files[path])?.StartsWith(EmptyDigest, StringComparison.Ordinal) == true;

    /// <summary>Whether a path holds just what a file is.</summary>
    internal bool Has(LayerFile file) => _files.TryGetValue(file.Path, out var text) && text == Content(file);

    /// <summary>The listing as the file has it.</summary>
    internal ReadOnlyMemory<byte> ToJson() => CanonicalJson.Write(Write);

    /// <summary>Writes the listing, unless the file has it already.</summary>
    /// <param name="path">The file; directories above it are made.</param>
    /// <param name="cancellationToken">Stops; the file is then as it was.</param>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public Task WriteAsync(string path, CancellationToken cancellationToken) => CanonicalFile.WriteAsync(path, ToJson(), cancellationToken);

    /// <summary>In what a later payload differs, one line for each path in ordinal order: <c>payload file 'data/x' changed</c>.</summary>
    public IEnumerable<string> ChangesTo(PayloadListing later) =>
        Root == later.Root
            ? []
            : _files.Keys.Union(later._files.Keys).Order(StringComparer.Ordinal)
                .Select(path => (Path: path, Before: _files.GetValueOrDefault(path), After: later._files.GetValueOrDefault(path)))
                .Where(file => file.Before != file.After)
                .Select(file => $"payload file {file.Path.Quote()} {(file.Before is null ? "added" : file.After is null ? "removed" : "changed")}");

    private static string Content(LayerFile file) => file.Kind switch
    {
        FileKind.Directory => DirectoryText,
        FileKind.SymbolicLink => $"link {file.LinkTarget}",
        _ => (file.Executable ? ExecutableWord : FileWord) + file.Digest,
    };

    // See LayerFile.BlobName.
    private static string? BlobName(string text) =>
        text.StartsWith(FileWord, StringComparison.Ordinal) ? text[FileWord.Length..]
        : text.StartsWith(ExecutableWord, StringComparison.Ordinal) ? text[ExecutableWord.Length..] + "x"
        : null;

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("root", Root);
        json.WriteStartObject("files");
        foreach (var (path, content) in _files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            json.WriteString(path, content);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
