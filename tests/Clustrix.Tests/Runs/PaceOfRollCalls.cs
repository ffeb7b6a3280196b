using Clustrix.Runs;

namespace Clustrix.Tests.Runs;

public sealed class PaceOfRollCalls
{
    private readonly Clock _clock = new();

    [Fact]
    public void What_stays_the_same_is_asked_for_ever_more_rarely()
    {
        var pace = new RollCallPace(_clock);
        int[] pauses = [.. Enumerable.Range(0, 8).Select(_ => PauseAfter(pace, isSame: true))];

        pauses.ShouldBe([5, 7, 11, 16, 23, 30, 30, 30]);
        PauseAfter(pace, isSame: false).ShouldBe(3);
    }

    [Fact]
    public void What_was_just_done_is_asked_for_at_once()
    {
        var pace = new RollCallPace(_clock);
        pace.Take(isSame: true);
        pace.IsDue.ShouldBeFalse();
        pace.Age.ShouldBe(TimeSpan.FromSeconds(3.6));

        pace.Hurry();

        (pace.IsDue, pace.Age).ShouldBe((true, TimeSpan.Zero));
    }

    // In whole seconds, the first at which it is due.
    private int PauseAfter(RollCallPace pace, bool isSame)
    {
        pace.Take(isSame);
        var seconds = 0;
        while (!pace.IsDue)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            seconds++;
        }

        return seconds;
    }
}
