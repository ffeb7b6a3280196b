using Clustrix.Schedulers;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Schedulers;

public sealed class MovesOfWork
{
    [Fact]
    public void Both_hosts_are_done_at_the_same_time() =>
        WorkMove.Count(Seconds(1, 1, 1, 1, 1, 1, 1, 1, 1, 1), donor: 4, receiver: 1, TimeSpan.FromSeconds(0.1)).ShouldBe(2);

    [Fact]
    public void It_is_work_that_is_shared_and_not_entries() =>
        WorkMove.Count(Seconds(1, 1, 1, 1, 2, 2, 4), donor: 1, receiver: 1, TimeSpan.FromSeconds(0.1)).ShouldBe(5);

    [Fact]
    public void The_only_one_that_is_left_goes_to_who_has_nothing() =>
        WorkMove.Count(Seconds(60), donor: 8, receiver: 1, TimeSpan.FromSeconds(1)).ShouldBe(1);

    [Fact]
    public void What_takes_less_than_five_times_the_move_stays_where_it_is() =>
        WorkMove.Count(Seconds(0.1, 0.1, 0.1, 0.1), donor: 1, receiver: 1, TimeSpan.FromSeconds(0.1)).ShouldBe(0);

    [Fact]
    public void Nothing_goes_from_an_empty_queue() => WorkMove.Count([], donor: 1, receiver: 1, TimeSpan.FromSeconds(0.1)).ShouldBe(0);

    [Fact]
    public void A_move_is_worth_five_times_its_cost_and_takes_no_more_than_the_share_and_one_entry()
    {
        var input = from seconds in Gen.Choose(1, 1000).ListOf()
                    from donor in Gen.Choose(1, 9)
                    from receiver in Gen.Choose(1, 9)
                    from cost in Gen.Choose(1, 100)
                    select (seconds, donor, receiver, cost);
        Prop.ForAll(input.ToArbitrary(), given =>
        {
            var count = WorkMove.Count([.. given.seconds.Select(second => TimeSpan.FromSeconds(second))], given.donor, given.receiver, TimeSpan.FromSeconds(given.cost));
            var work = given.seconds.Take(count).Sum();
            return count == 0
                || (work >= WorkMove.LeastWorth * given.cost && (count == 1 || work <= given.seconds.Sum() * (double)given.receiver / (given.donor + given.receiver)));
        }).QuickCheckThrowOnFailure();
    }

    private static TimeSpan[] Seconds(params double[] seconds) => [.. seconds.Select(TimeSpan.FromSeconds)];
}
