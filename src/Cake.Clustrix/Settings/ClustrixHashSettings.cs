using Cake.Core.IO;
using Clustrix.Snapshots;

namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixHash(Core.ICakeContext, ClustrixHashSettings)"/>.</summary>
public sealed class ClustrixHashSettings : ClustrixSettings
{
    /// <summary>The snapshot, from <c>ClustrixSnapshot</c>; or else <see cref="SnapshotFile"/>.</summary>
    public Snapshot? Snapshot { get; set; }

    /// <summary>The file that holds the snapshot, <c>environment.json</c> by default; read when <see cref="Snapshot"/> isn't set.</summary>
    public FilePath SnapshotFile { get; set; } = "environment.json";
}
