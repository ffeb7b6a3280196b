namespace Clustrix.Snapshots;

/// <summary>Another project that a project refers to, directly or through others.</summary>
/// <param name="Name">The project's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Path">Its project file, relative to the referring project's directory; null where the assets file doesn't say.</param>
/// <param name="Dependencies">The packages and projects that it depends on.</param>
public sealed record ReferencedProject(string Name, string Version, string? Path, IReadOnlyList<string> Dependencies);
