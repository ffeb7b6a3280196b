using System.Collections.Concurrent;
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
/// <param name="storeRoot">The stores' root as the settings have it: known before a host is.</param>
internal sealed class PushedPayloads(string directory, string storeRoot)
{
    // The oldest go: layers bear versions in their names, and come and go.
    private const int Kept = 100;

    private const int RootLength = 2 * SHA256.HashSizeInBytes;
    private const int HeadLength = RootLength + SHA256.HashSizeInBytes;

    private readonly ConcurrentDictionary<(string Host, string Payload), Task<Difference?>> _begun = new();

    /// <summary>Where it is kept within a machine's cache.</summary>
    public static PushedPayloads In(string cacheDirectory, string storeRoot) => new(Path.Combine(cacheDirectory, "pushed"), storeRoot);

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

    /// <summary>Begins to compare a payload with what a store got last, for whoever asks for that later.</summary>
    public void BeginComparing(string host, Payload payload, CancellationToken cancellationToken) =>
        _begun[(host, payload.Root)] = Task.Run(() => CompareNowAsync(host, payload, cancellationToken), cancellationToken);

    /// <summary>What makes a payload of the last one of its layers that a store got; null when none is remembered.</summary>
    public Task<Difference?> CompareAsync(string host, Payload payload, CancellationToken cancellationToken) =>
        _begun.TryRemove((host, payload.Root), out var begun) ? begun.WaitAsync(cancellationToken) : CompareNowAsync(host, payload, cancellationToken);

    private async Task<Difference?> CompareNowAsync(string host, Payload payload, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(host, payload), options: FileOptions.Asynchronous);
            var root = new byte[RootLength];
            if (await RandomAccess.ReadAsync(file, root, 0, cancellationToken).ConfigureAwait(false) == root.Length && Encoding.ASCII.GetString(root) == payload.Root)
            {
                return Difference.None(payload);
            }

            return await FindAsync(host, payload, cancellationToken).ConfigureAwait(false) is { } last ? Difference.Between(last, payload) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<PayloadListing?> FindAsync(string host, Payload payload, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(PathOf(host, payload), cancellationToken).ConfigureAwait(false);

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
    public async Task RememberAsync(string host, Payload payload, ReadOnlyMemory<byte> formatted, ILog log, CancellationToken cancellationToken)
    {
        try
        {
            await CanonicalFile.WriteAsync(PathOf(host, payload), formatted, cancellationToken).ConfigureAwait(false);
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

    private string PathOf(string host, Payload payload)
    {
        var name = string.Join('\0', [storeRoot, .. payload.Layers.Select(layer => layer.Name)]);
        return Path.Combine(directory, PrefixOf(host) + DigestOf(name));
    }

    private static string PrefixOf(string host) => DigestOf(host)[..16] + "-";

    private static string DigestOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
