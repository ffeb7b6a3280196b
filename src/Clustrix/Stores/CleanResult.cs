using System.Globalization;

namespace Clustrix.Stores;

/// <summary>What a clean-up removed, or would remove.</summary>
/// <param name="Runs">Ids of the runs.</param>
/// <param name="Workspaces">Names of the workspaces.</param>
/// <param name="Blobs">Number of file contents of payloads.</param>
/// <param name="Bytes">What they and the runs' directories, with logs and outputs, take up.</param>
public sealed record CleanResult(IReadOnlyList<string> Runs, IReadOnlyList<string> Workspaces, int Blobs, long Bytes)
{
    internal static readonly CleanResult Nothing = new([], [], 0, 0);

    /// <summary>Whether anything was there to go.</summary>
    internal bool IsNothing => Runs.Count == 0 && Workspaces.Count == 0 && Blobs == 0;

    /// <summary>What went from several stores, as one.</summary>
    public static CleanResult Of(IEnumerable<CleanedStore> stores) => stores.Aggregate(Nothing, (all, store) => all.With(store.Removed));

    /// <summary>This and another store's.</summary>
    internal CleanResult With(CleanResult other) =>
        new([.. Runs.Union(other.Runs)], [.. Workspaces, .. other.Workspaces], Blobs + other.Blobs, Bytes + other.Bytes);

    /// <summary>The same and what one line of the node program's answer tells.</summary>
    internal CleanResult With(string line) => line.Split(' ') switch
    {
        ["run", var run, var kilobytes] => this with { Runs = [.. Runs, run], Bytes = Bytes + (long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024) },
        ["workspace", var workspace] => this with { Workspaces = [.. Workspaces, workspace] },
        ["blob", var size, _] => this with { Blobs = Blobs + 1, Bytes = Bytes + long.Parse(size, CultureInfo.InvariantCulture) },
        _ => throw new FormatException(),
    };
}
