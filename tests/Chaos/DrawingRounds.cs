using Clustrix.Chaos.Faults;
using Clustrix.Chaos.Rounds;

namespace Clustrix.Chaos;

public sealed class DrawingRounds
{
    private const int Many = 2_000;

    [Fact]
    public void The_same_numbers_make_the_same_round() =>
        Enumerable.Range(0, Many).ShouldAllBe(number => Round.Draw(7, number).ToString() == Round.Draw(7, number).ToString());

    [Fact]
    public void Every_fault_happens_where_it_can_and_nowhere_else()
    {
        var scenarios = Enumerable.Range(0, Many).Select(number => Round.Draw(7, number).Scenario).ToList();

        scenarios.ShouldAllBe(scenario => scenario.Fault.Kinds.Contains(scenario.Kind) && scenario.Fault.Fits(scenario.Point));
        scenarios.Select(scenario => scenario.Fault.Name).Distinct().Count().ShouldBe(Fault.All.Count);
    }

    [Fact]
    public void The_first_rounds_kill_the_client_at_twenty_points_and_more() =>
        Scenario.First.Where(scenario => scenario.Fault == Fault.ClientKilled).Select(scenario => $"{scenario.Kind} {scenario.Point}").Distinct().Count().ShouldBeGreaterThan(20);
}
