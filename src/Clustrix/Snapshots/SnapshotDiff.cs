namespace Clustrix.Snapshots;

/// <summary>What is different between two snapshots. Nothing, when their environment hashes are equal.</summary>
public static class SnapshotDiff
{
    /// <summary>Compares two snapshots.</summary>
    /// <param name="before">The older one.</param>
    /// <param name="after">The newer one.</param>
    /// <returns>The differences, sorted ordinally by kind and name.</returns>
    public static IReadOnlyList<SnapshotChange> Between(Snapshot before, Snapshot after)
    {
        var old = ByName(before);
        var current = ByName(after);
        return [.. old.Keys.Union(current.Keys)
            .Select(key => new SnapshotChange(key.Kind, key.Name, old.GetValueOrDefault(key), current.GetValueOrDefault(key)))
            .Where(change => change.Before != change.After)
            .OrderBy(change => change.Kind.Word(), StringComparer.Ordinal)
            .ThenBy(change => change.Name, StringComparer.Ordinal)];
    }

    // A name that has several values, such as a file that two projects put out, is compared with all of them.
    private static Dictionary<(EntryKind Kind, string Name), string> ByName(Snapshot snapshot) =>
        snapshot.Entries
            .GroupBy(entry => (entry.Kind, entry.Name), entry => entry.Value)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Distinct()));
}
