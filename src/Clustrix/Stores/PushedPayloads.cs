using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>
/// What this machine remembers of its pushes: for each store, the last payload of each set of layers. The next one that is like it
/// travels as the difference. Nothing depends on it being there, or being true: the node is asked whether it has that payload.
/// </summary>
/// <param name="directory">Where it is kept; made when it isn't there.</param>
internal sealed class PushedPayloads(string directory)
{
    // The oldest go: layers bear versions in their names, and come and go.
    private const int Kept = 100;

    private const int RootLength = 2 * SHA256.HashSizeInBytes;
    private const int HeadLength = RootLength + SHA256.HashSizeInBytes;

    /// <summary>Where it is kept within a machine's cache.</summary>
    public static PushedPayloads In(string cacheDirectory) => new(Path.Combine(cacheDirectory, "pushed"));

    /// <summary>Whether any payload is remembered that a host got: then the next one mostly travels as a difference.</summary>
    public bool HasOf(string host)
    {
        try
        {
            return Directory.EnumerateFiles(directory, PrefixOf(host) + "*").Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether the last payload of its layers that a store got is this very one.</summary>
    public async Task<bool> HasAsync(string host, string storeRoot, Payload payload, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(host, storeRoot, payload), options: FileOptions.Asynchronous);
            var root = new byte[RootLength];
            return await RandomAccess.ReadAsync(file, root, 0, cancellationToken).ConfigureAwait(false) == root.Length && Encoding.ASCII.GetString(root) == payload.Root;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The last payload of these layers that a store got; null when none is remembered.</summary>
    public async Task<PayloadListing?> FindAsync(string host, string storeRoot, Payload payload, CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(PathOf(host, storeRoot, payload), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // A wrong listing would make a wrong workspace: what was cut off or damaged is none.
        var listing = bytes.AsMemory(Math.Min(bytes.Length, HeadLength));
        return bytes.AsSpan(..^listing.Length) is { Length: HeadLength } head && head[RootLength..].SequenceEqual(SHA256.HashData(listing.Span)) ? PayloadListing.Parse(listing) : null;
    }

    /// <summary>What is to be remembered of a payload, as it is written down: its root, so that it can be told without reading on, the listing's digest, the listing.</summary>
    public static ReadOnlyMemory<byte> Format(Payload payload)
    {
        var listing = PayloadListing.Of(payload).ToJson();
        return (byte[])[.. Encoding.ASCII.GetBytes(payload.Root), .. SHA256.HashData(listing.Span), .. listing.Span];
    }

    /// <summary>Remembers a payload that a store has got. That it can't be written down is no failure.</summary>
    public async Task RememberAsync(string host, string storeRoot, Payload payload, ReadOnlyMemory<byte> formatted, ILog log, CancellationToken cancellationToken)
    {
        try
        {
            await CanonicalFile.WriteAsync(PathOf(host, storeRoot, payload), formatted, cancellationToken).ConfigureAwait(false);
            foreach (var old in new DirectoryInfo(directory).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept))
            {
                old.Delete();
            }
        }
        catch (Exception e) when (e is ClustrixException or IOException or UnauthorizedAccessException)
        {
            log.Detail($"What was pushed can't be remembered: {e.Message}");
        }
    }

    private string PathOf(string host, string storeRoot, Payload payload)
    {
        var name = string.Join('\0', [storeRoot, .. payload.Layers.Select(layer => layer.Name)]);
        return Path.Combine(directory, PrefixOf(host) + DigestOf(name));
    }

    private static string PrefixOf(string host) => DigestOf(host)[..16] + "-";

    private static string DigestOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
