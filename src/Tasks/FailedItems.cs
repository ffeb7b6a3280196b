using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Results;

namespace Clustrix.MSBuild;

/// <summary>Tells which items of a run didn't pass or lack outputs, each at the line of the project that declares it.</summary>
/// <param name="log">The build's log.</param>
/// <param name="places">Finds the lines.</param>
internal sealed class FailedItems(BuildLog log, ItemPlaces places)
{
    private const int MostTold = 20;

    /// <summary>Writes an error or a warning for each of the first items, and how many more there are.</summary>
    /// <param name="items">Those items.</param>
    /// <param name="directory">The run's artifacts.</param>
    /// <param name="severity">What a failed item is for the build.</param>
    public void Tell(IReadOnlyCollection<CollectedItem> items, string directory, Severity severity)
    {
        foreach (var item in items.Take(MostTold))
        {
            log.Report(places.At(ItemFailure.ToProblem(item)) with { Severity = severity });
        }

        if (items.Count > MostTold)
        {
            log.Say($"Clustrix: {items.Count - MostTold} more items are like that; all are in {Path.Combine(directory, "summary.md")}");
        }
    }
}
