namespace Clustrix.Schedulers;

/// <summary>What an item is expected to do.</summary>
/// <param name="Duration">How long it is expected to take.</param>
/// <param name="Spread">How far from that it usually is; null when it has never passed.</param>
/// <param name="IsUrgent">Whether it is new or failed the last time: what most wants to know, and what may take longer than anybody expects.</param>
internal sealed record Expectation(TimeSpan Duration, TimeSpan? Spread, bool IsUrgent)
{
    // What is noise in short items, such as a disk that is busy for a moment.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how long the item is a straggler, which a worker without work attempts beside the first one: twice as long as usual, four times
    /// its spread, and 5 s. Null when it has never passed: then nobody knows what is long.
    /// </summary>
    public TimeSpan? LateAfter => Spread is { } spread ? (2 * Duration) + (4 * spread) + Grace : null;
}
