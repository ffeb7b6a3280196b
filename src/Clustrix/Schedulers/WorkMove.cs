namespace Clustrix.Schedulers;

/// <summary>How much of a busy host's queue goes to an idle one at once.</summary>
internal static class WorkMove
{
    /// <summary>What is moved is worth so many times the time that moving it takes: less comes back sooner where it is.</summary>
    public const int LeastWorth = 5;

    /// <summary>Counts the entries that are to go.</summary>
    /// <param name="queue">How long the entries of the busy host's queue are expected to take, in the order in which they would go: the last one first.</param>
    /// <param name="donor">The busy host's workers.</param>
    /// <param name="receiver">The idle host's workers.</param>
    /// <param name="cost">How long a move takes, from when it is ordered until the idle host has it.</param>
    /// <returns>So many that both hosts are done at the same time, at least one; 0 when that isn't worth the move.</returns>
    public static int Count(IReadOnlyList<TimeSpan> queue, int donor, int receiver, TimeSpan cost)
    {
        var share = queue.Aggregate(TimeSpan.Zero, (sum, expected) => sum + expected) * receiver / Math.Max(1, donor + receiver);
        var (count, work) = (0, TimeSpan.Zero);
        while (count < queue.Count && (count == 0 || work + queue[count] <= share))
        {
            work += queue[count];
            count++;
        }

        return work >= LeastWorth * cost ? count : 0;
    }
}
