namespace Clustrix.Snapshots;

/// <summary>An entry of a snapshot and its part in the environment hash.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Digest">SHA-256 of what the entry adds to the hash, 64 lower-case hexadecimal digits.</param>
public sealed record ExplainedEntry(SnapshotEntry Entry, string Digest);
