using System.Collections.Concurrent;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Makes layer files of found paths: looks at all of them, then reads on all cores those whose digest isn't known.</summary>
/// <param name="found">The paths.</param>
/// <param name="cache">Digests that are known; null for none.</param>
/// <param name="begin">A moment before the first file is read.</param>
internal sealed class SourceReading(IReadOnlyList<FoundPath> found, DigestCache? cache, DateTimeOffset begin)
{
    private const int Tries = 3;

    private readonly LayerFile?[] _files = new LayerFile?[found.Count];
    private readonly ConcurrentQueue<(int Index, FileStatus Status)> _unknown = new();
    private readonly ConcurrentQueue<(int Index, Problem Problem)> _problems = new();

    /// <summary>What couldn't be read, in the order of the paths.</summary>
    public IEnumerable<Problem> Problems => _problems.OrderBy(entry => entry.Index).Select(entry => entry.Problem);

    /// <summary>Reads.</summary>
    /// <returns>What could be read, in the order of the paths.</returns>
    public List<PlacedFile> Run(ParallelOptions parallel)
    {
        Action<int> look = Look;
        Parallel.For(0, found.Count, parallel, index => Guard(index, look));
        ReadUnknown(parallel);
        var placed = new List<PlacedFile>(found.Count);
        for (var index = 0; index < found.Count; index++)
        {
            if (_files[index] is { } file)
            {
                placed.Add(new PlacedFile(file, found[index].Origin));
            }
        }

        return placed;
    }

    private void ReadUnknown(ParallelOptions parallel)
    {
        // The largest begin first, so that no core is left alone with one at the end; the others keep the order they have on the disk.
        var byWeight = _unknown.OrderByDescending(entry => entry.Status.Size >> 24).ThenBy(entry => entry.Index);
        Parallel.ForEach(
            Partitioner.Create(byWeight, EnumerablePartitionerOptions.NoBuffering),
            parallel,
            () => new FileDigester(),
            (entry, _, digester) =>
            {
                Guard(entry.Index, index => Read(index, entry.Status, digester, parallel.CancellationToken));
                return digester;
            },
            digester => digester.Dispose());
    }

    private void Look(int index)
    {
        var (_, path, destination, isDirectory) = found[index];
        if (!FileStatus.TryRead(path, out var status) || status.IsDirectory != isDirectory)
        {
            Report(index, "changes while it is looked at. Wait for what writes it to end, and try again");
        }
        else if (isDirectory)
        {
            _files[index] = new LayerFile(destination, FileKind.Directory, false, 0, "", null, null);
        }
        else if (status.IsSymbolicLink)
        {
            PlaceLink(index);
        }
        else if (!status.IsFile)
        {
            Report(index, "is a socket, a pipe or a device, which no payload can hold. Leave it out by Exclude");
        }
        else if (cache?.Find(path, status) is { } digest)
        {
            PlaceFile(index, status, digest);
        }
        else
        {
            _unknown.Enqueue((index, status));
        }
    }

    private void Read(int index, FileStatus before, FileDigester digester, CancellationToken cancellationToken)
    {
        var path = found[index].Path;
        for (var tries = 0; tries < Tries && before.IsFile; tries++)
        {
            var digest = digester.Digest(path, before.Size, cancellationToken);
            _ = FileStatus.TryRead(path, out var after);
            if (digest is not null && after == before)
            {
                cache?.Remember(path, after, digest, begin);
                PlaceFile(index, after, digest);
                return;
            }

            before = after;
        }

        Report(index, "changes while it is read. Wait for what writes it to end, and try again");
    }

    private void PlaceFile(int index, in FileStatus status, string digest)
    {
        var (_, path, destination, _) = found[index];
        _files[index] = new LayerFile(destination, FileKind.File, status.IsExecutable, status.Size, digest, null, path);
    }

    private void PlaceLink(int index)
    {
        var (_, path, destination, _) = found[index];
        var target = new FileInfo(path).LinkTarget;
        if (target is null || target.Contains(SourceDirectory.Undecodable, StringComparison.Ordinal))
        {
            Report(index, "is a link whose target isn't valid UTF-8. Make it anew, or leave it out by Exclude");
            return;
        }

        _files[index] = new LayerFile(destination, FileKind.SymbolicLink, false, 0, "", target, null);
    }

    private void Guard(int index, Action<int> action)
    {
        try
        {
            action(index);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Report(index, $"can't be read: {exception.Message.TrimEnd('.')}. Make it readable, or leave it out by Exclude");
        }
    }

    private void Report(int index, string what)
    {
        var (origin, path, _, _) = found[index];
        _problems.Enqueue((index, origin.Problem(ErrorCode.PayloadUnreadable, $"{path.Quote()} {what}.")));
    }
}
