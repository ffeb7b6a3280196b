namespace Clustrix.Snapshots;

/// <summary>A file that the build of a project has put out.</summary>
/// <param name="Name">Its path as the program sees it, relative to the output directory, with <c>/</c> between names.</param>
/// <param name="Path">Its absolute path on this machine.</param>
public sealed record ProjectOutput(string Name, string Path);
