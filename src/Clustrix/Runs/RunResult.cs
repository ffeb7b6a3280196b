using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>A run that is over.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Results">One result for each item, in the workload's order.</param>
/// <param name="Workers">Workers that were asked for; 0 when everything was reused.</param>
/// <param name="Joined">Whether the run had been started by another client.</param>
/// <param name="Cancelled">Whether somebody cancelled it.</param>
/// <param name="Started">When this client submitted or joined it.</param>
/// <param name="Elapsed">Until the last result was seen.</param>
public sealed record RunResult(
    string Run,
    IReadOnlyList<ItemResult> Results,
    int Workers,
    bool Joined,
    bool Cancelled,
    DateTimeOffset Started,
    TimeSpan Elapsed)
{
    /// <summary>By whom or why it was cancelled, such as <c>by me@build7</c> or <c>because no client had asked for it for 600 s (OnClientLoss)</c>; empty when it wasn't, or nobody knows.</summary>
    public string CancelledBy { get; init; } = "";

    /// <summary>Commands of a batch scheduler that this client has run for it; 0 without one.</summary>
    public int SchedulerCalls { get; init; }

    /// <summary>Whether every item passed.</summary>
    public bool Passed => Results.All(result => result.Outcome == Outcome.Passed);
}
