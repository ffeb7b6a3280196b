using System.Runtime.InteropServices;

namespace Clustrix.Snapshots;

/// <summary>The snapshot of work that no project describes: what it runs on, and what the caller knows of it.</summary>
public static class MachineSnapshot
{
    /// <summary>Takes the snapshot of this machine: its platform and its C library.</summary>
    /// <param name="more">What else the work depends on, such as the SDK that built it. Files need not be told: the payload tells them.</param>
    public static Snapshot Take(params IEnumerable<SnapshotEntry> more) => new(
    [
        new SnapshotEntry(EntryKind.Libc, "", MachineLibc.Description),
        new SnapshotEntry(EntryKind.Rid, "", RuntimeInformation.RuntimeIdentifier),
        .. more,
    ]);
}
