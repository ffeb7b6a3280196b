namespace Clustrix.Runs;

/// <summary>How far a run is.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">Items of the workload.</param>
/// <param name="Done">Items that have a result, reused ones among them.</param>
/// <param name="Failed">Those of them that didn't pass.</param>
/// <param name="Cached">Those of them that were reused.</param>
/// <param name="Running">Items that a worker has begun.</param>
/// <param name="Elapsed">Since the run was submitted or joined.</param>
public sealed record RunProgress(string Run, int Items, int Done, int Failed, int Cached, int Running, TimeSpan Elapsed)
{
    /// <summary>How long the rest will take at the rate so far; null while there is nothing to tell it by.</summary>
    public TimeSpan? Remaining => Done > Cached && Done < Items ? Elapsed / (Done - Cached) * (Items - Done) : null;
}
