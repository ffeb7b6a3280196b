using Clustrix.Diagnostics;

namespace Clustrix.Results;

/// <summary>What was brought to this machine for one item.</summary>
/// <param name="Result">The item's result.</param>
/// <param name="Stdout">Path of the file with its standard output; null when it wrote nothing.</param>
/// <param name="Stderr">Path of the file with its standard error; null when it wrote nothing.</param>
/// <param name="Outputs">The outputs, with the paths where they now lie.</param>
public sealed record CollectedItem(ItemResult Result, string? Stdout, string? Stderr, IReadOnlyList<CollectedFile> Outputs)
{
    /// <summary>Why not all of the item's outputs are here, and where they are; null when they are.</summary>
    public Problem? NotCollected { get; init; }

    /// <summary>Whether the item is whole: it passed, and its outputs are here.</summary>
    public bool IsWhole => Result.Outcome == Outcome.Passed && NotCollected is null;

    /// <summary>Whether something is wrong with the item. One that has no result yet isn't whole, and nothing is wrong with it.</summary>
    public bool IsFailed => !IsWhole && Result.Outcome != Outcome.Unfinished;
}

/// <summary>An output that was brought to this machine.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">Its path in the item's directory, with <c>/</c> between names.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">SHA-256 of the content, 64 lower-case hexadecimal digits.</param>
public sealed record CollectedFile(string Path, string Name, long Size, string Digest);
