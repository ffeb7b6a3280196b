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
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            var root = document.RootElement;
            return root.GetProperty("format").GetInt32() == Format
                ? new PayloadListing(
                    root.GetProperty("root").GetString()!,
                    root.GetProperty("files").EnumerateObject().ToDictionary(file => file.Name, file => file.Value.GetString()!, StringComparer.Ordinal))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Writes the listing, unless the file has it already.</summary>
    /// <param name="path">The file; directories above it are made.</param>
    /// <param name="cancellationToken">Stops; the file is then as it was.</param>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public Task WriteAsync(string path, CancellationToken cancellationToken) => CanonicalFile.WriteAsync(path, CanonicalJson.Write(Write), cancellationToken);

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
        FileKind.Directory => "directory",
        FileKind.SymbolicLink => $"link {file.LinkTarget}",
        _ => $"{(file.Executable ? "executable" : "file")} {file.Digest}",
    };

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
