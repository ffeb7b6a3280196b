using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Finds a run by its id or by the beginning of it.</summary>
internal static class RunChoice
{
    private const int LongestList = 5;

    /// <summary>The only run whose id starts with a text.</summary>
    /// <exception cref="ClustrixException">There is none, or there are several (<see cref="ErrorCode.UnknownRun"/>).</exception>
    public static string Of(string prefix, string cluster, IReadOnlyList<RunStatus> runs)
    {
        var candidates = runs.Select(run => run.Run).Where(run => prefix.Length > 0 && run.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return candidates switch
        {
            [var only] => only,
            _ when candidates.Contains(prefix) => prefix,
            [] when prefix.Length == 0 => throw Unknown($"No run is named. Name one by its id or the beginning of it (a build's ClustrixRunId, RunId in Cake). {cluster} knows {(runs.Count == 0 ? "none" : List([.. runs.Select(run => run.Run).Reverse()]))}."),
            [] when runs.Count == 0 => throw Unknown($"There is no run '{prefix}' on {cluster}: it knows no run."),
            [] => throw Unknown($"There is no run '{prefix}' on {cluster}. The newest are: {List([.. runs.Select(run => run.Run).Reverse()])}."),
            _ => throw Unknown($"'{prefix}' begins the ids of {candidates.Count} runs on {cluster}: {List(candidates)}. Write more of the one you mean."),
        };
    }

    private static ClustrixException Unknown(string message) => new(ErrorCode.UnknownRun, message);

    private static string List(List<string> runs) =>
        string.Join(", ", runs.Take(LongestList)) + (runs.Count > LongestList ? $" and {runs.Count - LongestList} more" : "");
}
