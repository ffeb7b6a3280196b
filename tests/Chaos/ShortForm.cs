using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Rounds;

namespace Clustrix.Chaos;

/// <summary>The short form, the first rounds of one seed. Each kind of cluster is made once for all of them.</summary>
public static class ShortForm
{
    private const int Seed = 1;

    /// <summary>The numbers and names of the rounds on a kind of cluster.</summary>
    public static TheoryData<int, string> On(ClusterKind kind)
    {
        var rounds = new TheoryData<int, string>();
        foreach (var round in Enumerable.Range(0, Scenario.First.Count).Select(number => Round.Draw(Seed, number)).Where(round => round.Scenario.Kind == kind))
        {
            rounds.Add(round.Number, round.ToString());
        }

        return rounds;
    }

    /// <summary>Plays a round.</summary>
    public static async Task PlayAsync(AllGrounds grounds, int number)
    {
        var round = Round.Draw(Seed, number);
        (await round.PlayAsync(await grounds.OfAsync(round.Scenario.Kind))).ShouldBeTrue($"the client didn't get to the point; once more: {round.Repetition}");
    }
}
