namespace Clustrix.Workloads;

/// <summary>One file with what asked for it, so that a problem can be told where it is to be mended.</summary>
/// <param name="File">The file at its place in the payload.</param>
/// <param name="Layer">The layer's name.</param>
/// <param name="DeclaredIn">The file that declares it; null where there is none.</param>
/// <param name="Line">The line in <paramref name="DeclaredIn"/>; 0 where it isn't known.</param>
internal readonly record struct PlacedFile(LayerFile File, string Layer, string? DeclaredIn, int Line);
