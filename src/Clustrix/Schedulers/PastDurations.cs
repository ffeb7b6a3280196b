namespace Clustrix.Schedulers;

/// <summary>What is remembered of one item.</summary>
/// <param name="Seconds">How long its last passed attempts took, the latest last.</param>
/// <param name="FailedLast">Whether it failed the last time.</param>
/// <param name="Day">When it was last run, in days since the year 1.</param>
internal sealed record PastDurations(IReadOnlyList<double> Seconds, bool FailedLast, int Day)
{
    /// <summary>How many durations are remembered. Of so many, four may be far off and the median isn't.</summary>
    public const int Most = 9;

    /// <summary>The duration in the middle; null when it has never passed.</summary>
    public double? Median => Seconds.Count == 0 ? null : MedianOf(Seconds);

    /// <summary>How far from the median its durations usually are, in seconds: the median of the distances, which one outlier doesn't move.</summary>
    public double Spread => Median is { } median ? MedianOf(Seconds.Select(second => Math.Abs(second - median))) : 0;

    /// <summary>With one more time that it passed.</summary>
    public PastDurations Passed(double seconds, int day) => new([.. Seconds.TakeLast(Most - 1), seconds], FailedLast: false, day);

    /// <summary>With one more time that it failed. How long that took says nothing about the next time.</summary>
    public PastDurations Failed(int day) => this with { FailedLast = true, Day = day };

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
