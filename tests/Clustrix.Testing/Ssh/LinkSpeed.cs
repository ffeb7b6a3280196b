namespace Clustrix.Testing.Ssh;

/// <summary>How fast a link is, the same in both directions.</summary>
/// <param name="RoundTrip">The time until an answer can be there.</param>
/// <param name="BytesPerSecond">What it carries; null when it carries anything.</param>
public sealed record LinkSpeed(TimeSpan RoundTrip, long? BytesPerSecond)
{
    /// <summary>Takes no time at all.</summary>
    public static LinkSpeed Unlimited { get; } = new(TimeSpan.Zero, null);

    /// <summary>From an office to a cluster on another continent: 51 ms, 100 Mbit/s.</summary>
    public static LinkSpeed Slow { get; } = new(TimeSpan.FromMilliseconds(51), 100_000_000 / 8);
}
