namespace Clustrix.Schedulers;

/// <summary>Which host begins with which items.</summary>
internal static class WorkShares
{
    /// <summary>Shares out items in their order, each to the host that would be free first.</summary>
    /// <param name="items">The items' classes and how long each is expected to take, in the order in which they are to begin.</param>
    /// <param name="plans">The hosts' workers.</param>
    /// <returns>For each item, in the order given, the index of its host.</returns>
    /// <remarks>With the longest first this is at most a third above the best there is (Graham 1969); what is wrong in the expectation is mended while the run goes on.</remarks>
    public static IReadOnlyList<int> Assign(IReadOnlyList<(string Class, TimeSpan Expected)> items, IReadOnlyList<PoolPlan> plans)
    {
        var busy = new double[plans.Count];
        var hosts = new int[items.Count];
        for (var index = 0; index < items.Count; index++)
        {
            var (itemClass, expected) = items[index];
            var host = Enumerable.Range(0, plans.Count)
                .Where(h => plans[h].Of(itemClass) > 0)
                .MinBy(h => busy[h] + (expected.TotalSeconds / plans[h].Of(itemClass)));
            busy[host] += expected.TotalSeconds / plans[host].Of(itemClass);
            hosts[index] = host;
        }

        return hosts;
    }
}
