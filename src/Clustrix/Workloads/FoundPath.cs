namespace Clustrix.Workloads;

/// <summary>One path that a source gives, before anything of it was read.</summary>
/// <param name="Origin">What asked for it.</param>
/// <param name="Path">Absolute path on this machine.</param>
/// <param name="Destination">Path in the payload.</param>
/// <param name="IsDirectory">Whether it is a directory in which nothing is; others aren't named for themselves.</param>
internal readonly record struct FoundPath(Origin Origin, string Path, string Destination, bool IsDirectory);
