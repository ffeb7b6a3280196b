using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>A snapshot and what was noticed while it was taken.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Assets">The assets file that it was taken from.</param>
/// <param name="Warnings">What is worth a look and doesn't stop the work.</param>
public sealed record TakenSnapshot(Snapshot Snapshot, AssetsFile Assets, IReadOnlyList<Problem> Warnings);
