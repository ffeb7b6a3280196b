namespace Clustrix.Runs;

/// <summary>How a workload is to be run.</summary>
public sealed record RunOptions
{
    /// <summary>Items that run at once on a host; 0 for one a core.</summary>
    public int Workers { get; init; }

    /// <summary>Whether an item that has passed before, with nothing changed, is taken as passed.</summary>
    public bool ReuseResults { get; init; } = true;
}
