using System.Formats.Tar;
using System.IO.Compression;
using Clustrix.Hosts;
using Clustrix.Node;

namespace Clustrix.Stores;

/// <summary>How archives travel to and from a host.</summary>
internal static class ArchiveTransfer
{
    /// <summary>The word for the encoding in requests of archives.</summary>
    public static string EncodingOf(IHost host) => host.CompressesTransfers ? "gzip" : "plain";

    /// <summary>Writes an archive. On its way it is compressed where that is worth it.</summary>
    public static Action<PieceStream> Writing(NodeSession session, Action<StoreArchive> write) =>
        pieces =>
        {
            using var writer = new TarWriter(pieces, TarEntryFormat.Gnu, leaveOpen: true);
            write(new StoreArchive(writer, pieces, session.Scratch));
        };

    /// <summary>Reads an archive entry by entry.</summary>
    public static Func<Stream, CancellationToken, Task> Reading(IHost host, Func<TarEntry, CancellationToken, Task> read) =>
        async (stream, cancellationToken) =>
        {
            var decoded = host.CompressesTransfers ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : null;
            await using ((decoded ?? Stream.Null).ConfigureAwait(false))
            {
                var reader = new TarReader(decoded ?? stream, leaveOpen: true);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                    {
                        await read(entry, cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        };
}
