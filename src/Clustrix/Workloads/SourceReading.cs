using System.Collections.Concurrent;
using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Makes layer files of found paths: looks at all of them, then reads on all cores those whose digest isn't known.</summary>
internal sealed class SourceReading
{
    private const int Tries = 3;

    private readonly IReadOnlyList<FoundPath> _found;
    private readonly DigestCache? _cache;
    private readonly DateTimeOffset _begin;
    private readonly LayerFile?[] _files;
    private readonly Problem?[] _problems;
    private readonly FileStatus[] _statuses;

    /// <summary>Prepares a reading.</summary>
    /// <param name="found">The paths.</param>
    /// <param name="cache">Digests that are known; null for none.</param>
    /// <param name="begin">A moment before the first file is read.</param>
    public SourceReading(IReadOnlyList<FoundPath> found, DigestCache? cache, DateTimeOffset begin)
    {
        _found = found;
        _cache = cache;
        _begin = begin;
        _files = new LayerFile?[found.Count];
        _problems = new Problem?[found.Count];
        _statuses = new FileStatus[found.Count];
    }

    /// <summary>What could be read, in the order of the paths.</summary>
    public IEnumerable<PlacedFile> Files =>
        _found.Zip(_files).Where(pair => pair.Second is not null).Select(pair =>
            new PlacedFile(pair.Second!, pair.First.Source.Layer, pair.First.Source.File, pair.First.Source.Line));

    /// <summary>What couldn't, in the order of the paths.</summary>
    public IEnumerable<Problem> Problems => _problems.OfType<Problem>();

    /// <summary>Reads.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, _found.Count, parallel, index => Guard(index, Look));
        var unknown = Enumerable.Range(0, _found.Count).Where(index => _files[index] is null && _problems[index] is null);

        // The largest begin first, so that no core is left alone with one at the end; the others keep the order they have on the disk.
        var byWeight = unknown.OrderByDescending(index => _statuses[index].Size >> 24);
        Parallel.ForEach(
            Partitioner.Create(byWeight, EnumerablePartitionerOptions.NoBuffering),
            parallel,
            () => new FileDigester(),
            (index, _, digester) =>
            {
                Guard(index, i => Read(i, digester, cancellationToken));
                return digester;
            },
            digester => digester.Dispose());
    }

    private void Look(int index)
    {
        var (_, path, destination, isDirectory) = _found[index];
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
        else
        {
            _statuses[index] = status;
            Place(index, status, _cache?.Find(path, status));
        }
    }

    private void Read(int index, FileDigester digester, CancellationToken cancellationToken)
    {
        var path = _found[index].Path;
        var before = _statuses[index];
        for (var tries = 0; tries < Tries && before.IsFile; tries++)
        {
            var digest = digester.Digest(path, before.Size, cancellationToken);
            _ = FileStatus.TryRead(path, out var after);
            if (digest is not null && after == before)
            {
                _cache?.Remember(path, after, digest, _begin);
                Place(index, after, digest);
                return;
            }

            before = after;
        }

        Report(index, "changes while it is read. Wait for what writes it to end, and try again");
    }

    private void Place(int index, in FileStatus status, string? digest)
    {
        var (_, path, destination, _) = _found[index];
        _files[index] = digest is null ? null : new LayerFile(destination, FileKind.File, status.IsExecutable, status.Size, digest, null, path);
    }

    private void PlaceLink(int index)
    {
        var (_, path, destination, _) = _found[index];
        var target = new FileInfo(path).LinkTarget;
        if (target is null || target.Contains(SourceScan.Undecodable, StringComparison.Ordinal))
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
        var (source, path, _, _) = _found[index];
        _problems[index] = new Problem(ErrorCode.PayloadUnreadable, $"{path.Quote()} {what}.", source.File, source.Line);
    }
}
