namespace Clustrix.Snapshots;

/// <summary>One thing that a workload depends on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name among those of its kind; empty where there is one of its kind only.</param>
/// <param name="Value">What must stay the same: a version, a digest, or both with a blank between them.</param>
public sealed record SnapshotEntry(EntryKind Kind, string Name, string Value)
{
    /// <summary>Where a package came from, without credentials; null for anything else. Two sources of one content are no difference, so it isn't hashed.</summary>
    public string? Source { get; init; }

    /// <summary>What a person should know about the entry, such as why a package couldn't be verified. It isn't hashed.</summary>
    public string? Note { get; init; }

    /// <summary>The entry as people read it: <c>package Shouldly 4.2.1 …</c>.</summary>
    public override string ToString() => Name.Length == 0 ? $"{Kind.Label()} {Value}" : $"{Kind.Label()} {Name} {Value}";
}
