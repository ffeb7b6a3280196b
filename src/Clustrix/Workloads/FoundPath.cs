namespace Clustrix.Workloads;

/// <summary>One path that a source gives, before anything of it was read.</summary>
/// <param name="Source">What asked for it.</param>
/// <param name="Path">Absolute path on this machine.</param>
/// <param name="Destination">Path in the payload.</param>
/// <param name="IsDirectory">Whether it is a directory in which nothing is; others aren't named for themselves.</param>
internal readonly record struct FoundPath(PayloadSource Source, string Path, string Destination, bool IsDirectory);
