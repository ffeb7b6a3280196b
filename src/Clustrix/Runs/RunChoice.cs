using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Finds the run that somebody means.</summary>
public static class RunChoice
{
    /// <summary>The run with an id, or with the only id that begins so.</summary>
    /// <param name="runs">The runs that there are.</param>
    /// <param name="id">The id, or its beginning.</param>
    /// <exception cref="ClustrixException">No run is meant, or more than one (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static RunStatus Find(IReadOnlyList<RunStatus> runs, string id)
    {
        var meant = id.Length == 0 ? [] : runs.Where(run => run.Run.StartsWith(id, StringComparison.Ordinal)).ToList();
        if (meant.Find(run => run.Run == id) is { } exact)
        {
            return exact;
        }

        return meant.Count == 1 ? meant[0] : throw new ClustrixException(ErrorCode.UnknownRun, meant.Count > 1
            ? $"{meant.Count} runs begin with '{id}': {Ids(meant)}. Write more of the id."
            : $"{(id.Length == 0 ? "No run is named" : $"There is no run '{id}'")}. {Choice(runs)}");
    }

    private static string Choice(IReadOnlyList<RunStatus> runs)
    {
        var running = runs.Where(run => run.State == RunState.Running).ToList();
        return running.Count > 0 ? $"Give the id of one that is running: {Ids(running)}."
            : runs.Count > 0 ? $"None is running; the last one was {runs[^1].Run}."
            : "The cluster knows no run.";
    }

    private static string Ids(IEnumerable<RunStatus> runs) => string.Join(", ", runs.Select(run => run.Run));
}
