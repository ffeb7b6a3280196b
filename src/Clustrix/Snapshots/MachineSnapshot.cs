using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Snapshots;

/// <summary>What work without a project depends on: this machine's platform and libc, and the tools and variables that somebody lists.</summary>
public static class MachineSnapshot
{
    private const string Unset = "unset";

    /// <summary>Takes the snapshot of this machine: its platform and its C library.</summary>
    /// <param name="more">What else the work depends on, such as the SDK that built it. Files need not be told: the payload tells them.</param>
    public static Snapshot Take(params IEnumerable<SnapshotEntry> more) => new([.. Entries(null, [], []), .. more]);

    /// <summary>Takes the snapshot of this machine with tools and variables.</summary>
    /// <param name="tools">Tools that the result depends on, with their versions.</param>
    /// <param name="variables">The environment variables that are listed, with their values; null for one that isn't set. Only a digest of a value is kept.</param>
    /// <exception cref="ClustrixException">A variable has a name that an item's can't have, or a tool has none: everything that is wrong, at once (<see cref="ErrorCode.BadValue"/>).</exception>
    public static Snapshot Take(IEnumerable<KeyValuePair<string, string>> tools, IEnumerable<KeyValuePair<string, string?>> variables)
    {
        var entries = Entries(null, tools, variables);
        return Check(entries) is { Count: > 0 } problems ? throw new ClustrixException(problems) : new(entries);
    }

    /// <summary>What is wrong with the tools and the variables that somebody lists.</summary>
    internal static IReadOnlyList<Problem> Check(IReadOnlyCollection<SnapshotEntry> entries) =>
    [
        .. entries.Where(entry => entry is { Kind: EntryKind.Tool, Name: "" }).Select(_ => new Problem(ErrorCode.BadValue, "A listed tool has no name. Name it, or leave it out.")),
        .. ItemRules.CheckListed(entries.Where(entry => entry.Kind == EntryKind.Variable).Select(entry => entry.Name)),
    ];

    internal static IReadOnlyCollection<SnapshotEntry> Entries(
        string? runtimeIdentifier, IEnumerable<KeyValuePair<string, string>> tools, IEnumerable<KeyValuePair<string, string?>> variables) =>
    [
        new(EntryKind.Libc, "", MachineLibc.Description),
        new(EntryKind.Rid, "", runtimeIdentifier ?? RuntimeInformation.RuntimeIdentifier),
        .. tools.Select(tool => new SnapshotEntry(EntryKind.Tool, tool.Key, tool.Value)),
        .. variables.Select(variable => new SnapshotEntry(EntryKind.Variable, variable.Key, Digest(variable.Value))),
    ];

    // Snapshots are published with a build's artifacts; what a variable holds is nobody's business there.
    private static string Digest(string? value) =>
        value is null ? Unset : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
