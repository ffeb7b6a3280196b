using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>What a look at one host's part of a run has brought.</summary>
/// <param name="Events">Lines of the journals: what happened, and its text.</param>
/// <param name="Records">Records that were read, by item.</param>
/// <param name="Others">Records of attempts that didn't become results.</param>
/// <param name="Yielded">Entries that the host gave up; null when it wasn't asked to.</param>
/// <param name="Failure">Why the look failed, whatever it brought before; null when it didn't.</param>
internal sealed record RunNews(
    IReadOnlyList<(string Event, string Text)> Events,
    IReadOnlyList<(int Item, AttemptRecord Record)> Records,
    IReadOnlyList<AttemptRecord> Others,
    IReadOnlyList<string>? Yielded,
    ClustrixException? Failure);
