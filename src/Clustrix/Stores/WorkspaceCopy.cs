using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Stores;

/// <summary>Brings a workspace of the store to this machine, and makes sure that it holds just what the workspace holds.</summary>
/// <param name="session">A session with the host that has it.</param>
/// <param name="directory">Where it goes; made when it isn't there.</param>
internal sealed class WorkspaceCopy(NodeSession session, string directory)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly List<(string Target, string LinkTarget)> _links = [];

    /// <summary>Copies the workspace of a name.</summary>
    /// <exception cref="ClustrixException">It is gone, or a file isn't what its digest says.</exception>
    public async Task CopyAsync(string workspace, CancellationToken cancellationToken)
    {
        var blobs = await BlobsAsync(workspace, cancellationToken).ConfigureAwait(false);
        var root = $"ws/{workspace}";
        Directory.CreateDirectory(directory);
        await session.ReceiveStreamAsync(
            $"fetch {ArchiveTransfer.EncodingOf(session.Host)}",
            [root],
            ArchiveTransfer.Reading(session.Host, (entry, token) => TakeAsync(entry, root + "/", blobs, token)),
            cancellationToken).ConfigureAwait(false);

        // Links come when everything else is there: nothing is ever written through one.
        foreach (var (target, linkTarget) in _links)
        {
            File.CreateSymbolicLink(target, linkTarget);
        }
    }

    // Names of blobs, ab/cdef…, with an x behind those of executable files.
    private async Task<HashSet<string>> BlobsAsync(string workspace, CancellationToken cancellationToken)
    {
        var names = "";
        await session.ReceiveStreamAsync(
            $"fetch-one ws/{workspace}.blobs",
            null,
            async (stream, token) =>
            {
                using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
                names = await reader.ReadToEndAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return [.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Replace("/", "", StringComparison.Ordinal))];
    }

    private async Task TakeAsync(TarEntry entry, string root, HashSet<string> blobs, CancellationToken cancellationToken)
    {
        if (!entry.Name.StartsWith(root, StringComparison.Ordinal) || TargetOf(entry.Name[root.Length..]) is not { } target)
        {
            return;
        }

        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(target);
                break;
            case TarEntryType.SymbolicLink:
                _links.Add((target, entry.LinkName));
                break;
            case TarEntryType.HardLink when entry.LinkName.StartsWith(root, StringComparison.Ordinal) && TargetOf(entry.LinkName[root.Length..]) is { } first:
                File.Copy(first, target);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                await SaveAsync(entry, target, blobs, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    // Whatever an archive holds, nothing is written outside the directory.
    private string? TargetOf(string path) =>
        path.TrimEnd('/') is { Length: > 0 } relative && !relative.Split('/').Any(part => part is "" or "." or "..") ? Path.Combine(directory, relative) : null;

    private static async Task SaveAsync(TarEntry entry, string target, HashSet<string> blobs, CancellationToken cancellationToken)
    {
        var content = entry.DataStream ?? Stream.Null;
        var file = File.Create(target);
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            file.Position = 0;
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            var executable = (entry.Mode & UnixFileMode.UserExecute) != 0;
            if (file.Length > 0 && !blobs.Contains(executable ? digest + "x" : digest))
            {
                throw new ClustrixException(ErrorCode.TransferCorrupt, $"'{entry.Name}' in the store isn't what its digest says. Something has written to it; push and run the workload again.");
            }

            File.SetUnixFileMode(target, executable ? Readable | Executable : Readable);
        }
    }
}
