using Clustrix.Diagnostics;

namespace Clustrix.Workloads;

/// <summary>Makes a payload of files and directories of this machine.</summary>
/// <param name="cache">Digests of files that were read before; null to read every file. The builder adds to it and doesn't save it.</param>
/// <param name="time">The clock that tells which files are too fresh for the cache.</param>
public sealed class PayloadBuilder(DigestCache? cache, TimeProvider time)
{
    /// <summary>Whether a path of this machine, absolute, is left out of every directory, though it may be a source itself; nothing is by default.</summary>
    public Predicate<string> IsLeftOut { get; init; } = _ => false;

    /// <summary>Lists and digests all sources on all cores. File contents are read in pieces and none is kept in memory.</summary>
    /// <param name="sources">
    /// The sources; those of one layer name make one layer, and the layers come in the order in which their names first appear.
    /// </param>
    /// <param name="cancellationToken">Stops the reading soon, also within a large file.</param>
    /// <returns>The payload: files with their content and executable bit, links as they stand, directories in which nothing is.</returns>
    /// <exception cref="ClustrixException">
    /// Something can't go into the payload; all such things at once, each with the file and line of its source:
    /// <see cref="ErrorCode.PayloadMissing"/>, <see cref="ErrorCode.PayloadEscapesRoot"/>, <see cref="ErrorCode.PayloadCollision"/>,
    /// <see cref="ErrorCode.PayloadUnreadable"/>, <see cref="ErrorCode.BadValue"/> for a destination or exclusion that can't be read.
    /// </exception>
    public Task<Payload> BuildAsync(IReadOnlyList<PayloadSource> sources, CancellationToken cancellationToken) =>
        Task.Run(() => Build(sources, cancellationToken), cancellationToken);

    private Payload Build(IReadOnlyList<PayloadSource> sources, CancellationToken cancellationToken)
    {
        var begin = time.GetUtcNow();
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var scan = new SourceScan(parallel, IsLeftOut);
        foreach (var source in sources)
        {
            scan.Add(source);
        }

        var reading = new SourceReading(scan.Found, cache, begin);
        var files = reading.Run(parallel);
        PayloadMerge? merge = null;
        Layer[] layers = [];
        Parallel.Invoke(parallel, () => merge = new PayloadMerge(files), () => layers = Layers(sources, files));
        var links = new PayloadLinks(merge!);
        Problem[] problems = [.. scan.Problems, .. reading.Problems, .. merge!.Problems, .. links.Problems];
        return problems.Length == 0
            ? new Payload(layers, merge.Files.Select(placed => placed.File))
            : throw new ClustrixException(problems);
    }

    private static Layer[] Layers(IReadOnlyList<PayloadSource> sources, List<PlacedFile> files)
    {
        var byLayer = files.ToLookup(placed => placed.Origin.Layer, placed => placed.File, StringComparer.Ordinal);
        return
        [
            .. sources
                .Select(source => source.Layer)
                .Distinct(StringComparer.Ordinal)
                .Select(name => new Layer(name, byLayer[name].DistinctBy(file => file.Path, StringComparer.Ordinal))),
        ];
    }
}
