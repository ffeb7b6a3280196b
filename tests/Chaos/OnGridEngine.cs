using Clustrix.Chaos.Grounds;

namespace Clustrix.Chaos;

public sealed class OnGridEngine(AllGrounds grounds) : IClassFixture<AllGrounds>
{
    public static TheoryData<int, string> Rounds => ShortForm.On(ClusterKind.GridEngine);

    [RoundTheory]
    [MemberData(nameof(Rounds))]
    public Task A_round_holds(int number, string round)
    {
        round.ShouldNotBeEmpty();
        return ShortForm.PlayAsync(grounds, number);
    }
}
