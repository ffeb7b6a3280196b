using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>All that a workload depends on, as a sorted list of described entries. Two snapshots of the same content are the same, wherever and whenever they are taken.</summary>
public sealed class Snapshot
{
    /// <summary>Makes a snapshot.</summary>
    /// <param name="entries">The entries, in any order; what is told twice counts once.</param>
    public Snapshot(IEnumerable<SnapshotEntry> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, Compare);
        Entries = [.. sorted.DistinctBy(entry => (entry.Kind, entry.Name, entry.Value))];
    }

    /// <summary>The entries, sorted ordinally by kind, name and value.</summary>
    public IReadOnlyList<SnapshotEntry> Entries { get; }

    /// <summary>Writes the snapshot as canonical JSON: sorted, UTF-8, LF, no time stamps, no absolute paths. A file that holds it already isn't touched.</summary>
    /// <param name="path">The file, usually <c>environment.json</c>; directories above it are made.</param>
    /// <param name="cancellationToken">Ends the writing; the file is then as it was before.</param>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="ClustrixException">The file can't be written (<see cref="ErrorCode.ArtifactsNotWritable"/>).</exception>
    public Task<bool> WriteAsync(string path, CancellationToken cancellationToken) =>
        CanonicalFile.WriteAsync(path, SnapshotJson.Write(this), cancellationToken);

    /// <summary>Reads what <see cref="WriteAsync"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ClustrixException">The file is missing, damaged or of another format version (<see cref="ErrorCode.CorruptSnapshot"/>).</exception>
    public static async Task<Snapshot> ReadAsync(string path, CancellationToken cancellationToken)
    {
        const string Remedy = "Take the snapshot again.";
        try
        {
            return await JsonDocumentFile.ReadAsync(path, SnapshotJson.Read, ErrorCode.CorruptSnapshot, Remedy, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException missing)
        {
            throw new ClustrixException([new Problem(ErrorCode.CorruptSnapshot, $"There is no snapshot '{path}'. {Remedy}", path)], missing);
        }
    }

    private static int Compare(SnapshotEntry a, SnapshotEntry b)
    {
        var order = string.CompareOrdinal(a.Kind.Word(), b.Kind.Word());
        order = order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
        order = order != 0 ? order : string.CompareOrdinal(a.Value, b.Value);
        order = order != 0 ? order : string.CompareOrdinal(a.Source, b.Source);
        return order != 0 ? order : string.CompareOrdinal(a.Note, b.Note);
    }
}
