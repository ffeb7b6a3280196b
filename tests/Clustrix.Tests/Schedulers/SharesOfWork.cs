using Clustrix.Schedulers;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Schedulers;

public sealed class SharesOfWork
{
    private static readonly PoolPlan OneWorker = PoolPlan.Parse("c0:1");

    [Fact]
    public void No_host_is_busy_longer_than_its_share_and_one_item()
    {
        var input = from hosts in Gen.Choose(1, 6)
                    from seconds in Gen.Choose(1, 1000).ListOf()
                    select (hosts, Seconds: seconds.OrderDescending().ToList());
        Prop.ForAll(input.ToArbitrary(), given =>
        {
            var assigned = WorkShares.Assign([.. given.Seconds.Select(s => ("c0", TimeSpan.FromSeconds(s)))], [.. Enumerable.Repeat(OneWorker, given.hosts)]);
            var busy = Enumerable.Range(0, given.hosts).Select(host => given.Seconds.Where((_, item) => assigned[item] == host).Sum());
            return assigned.Count == given.Seconds.Count
                && busy.Max() <= ((double)given.Seconds.Sum() / given.hosts) + given.Seconds.DefaultIfEmpty().Max();
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_host_with_more_workers_gets_more() =>
        WorkShares.Assign([.. Enumerable.Repeat(("c0", TimeSpan.FromSeconds(1)), 90)], [PoolPlan.Parse("c0:8"), PoolPlan.Parse("c0:1")])
            .Count(host => host == 0).ShouldBe(80);

    [Fact]
    public void A_host_without_workers_for_a_class_gets_none_of_it() =>
        WorkShares.Assign([("wide", TimeSpan.FromSeconds(9)), ("narrow", TimeSpan.FromSeconds(1)), ("wide", TimeSpan.FromSeconds(1))], [PoolPlan.Parse("narrow:2"), PoolPlan.Parse("wide:1 narrow:2")])
            .ShouldBe([1, 0, 1]);
}
