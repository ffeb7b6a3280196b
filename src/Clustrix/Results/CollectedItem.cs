namespace Clustrix.Results;

/// <summary>What was brought to this machine for one item.</summary>
/// <param name="Result">The item's result.</param>
/// <param name="Stdout">Path of the file with its standard output; null when it wrote nothing.</param>
/// <param name="Stderr">Path of the file with its standard error; null when it wrote nothing.</param>
/// <param name="Outputs">The outputs, with the paths where they now lie.</param>
public sealed record CollectedItem(ItemResult Result, string? Stdout, string? Stderr, IReadOnlyList<CollectedFile> Outputs);

/// <summary>An output that was brought to this machine.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its path in the item's directory, with <c>/</c> between names.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
public sealed record CollectedFile(string Path, string Name, long Size, string Digest);
