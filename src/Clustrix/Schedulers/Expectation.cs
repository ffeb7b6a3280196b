namespace Clustrix.Schedulers;

/// <summary>What an item is expected to do.</summary>
/// <param name="Duration">How long it is expected to take.</param>
/// <param name="Spread">How far from that it usually is; null when it has never passed.</param>
/// <param name="IsUrgent">Whether it is new or failed the last time: what most wants to know, and what may take longer than anybody expects.</param>
internal sealed record Expectation(TimeSpan Duration, TimeSpan? Spread, bool IsUrgent);
