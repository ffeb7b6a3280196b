namespace Clustrix.Workloads;

/// <summary>One file at its place in a payload, with what asked for it.</summary>
internal readonly record struct PlacedFile(LayerFile File, Origin Origin);
