namespace Clustrix.Workloads;

/// <summary>One path of this machine that goes into a payload, as somebody declared it.</summary>
/// <param name="Layer">The name of the layer that it becomes a part of. Sources with one name make one layer.</param>
/// <param name="Path">
/// Absolute path of a file or a directory. A path that is a link itself stands for what it points at; links below a directory stay links.
/// </param>
/// <param name="Destination">
/// Where it goes, relative to the payload's root with <c>/</c> between names, empty for the root: the directory that receives the file
/// under its own name, or that receives what the directory holds.
/// </param>
/// <param name="File">The file that declares the source, as the person wrote it; null where there is none.</param>
/// <param name="Line">The line in <paramref name="File"/>, from 1; 0 where it isn't known.</param>
public sealed record PayloadSource(string Layer, string Path, string Destination, string? File = null, int Line = 0)
{
    /// <summary>
    /// Patterns (<see cref="PathPattern"/>) of what is left out of a directory, relative to <see cref="Path"/>. A directory that matches
    /// is left out with everything in it. None by default; but for what runs have brought back, nothing is left out unasked.
    /// </summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
}
