using Clustrix.Diagnostics;
using Clustrix.Runs;

namespace Clustrix.Tests.Runs;

public sealed class ProgressInTheLog
{
    private readonly Clock _clock = new();
    private readonly Lines _lines = new();

    [Fact]
    public void Is_a_line_of_counts_now_and_then()
    {
        var progress = new ProgressLines(_lines, _clock);

        for (var done = 0; done <= 100; done++)
        {
            progress.Report(new RunProgress("r", 100, done, done > 50 ? 1 : 0, 0, 2, TimeSpan.FromSeconds(done)));
            _clock.Pass(TimeSpan.FromSeconds(1));
        }

        _lines.Count.ShouldBeInRange(15, 20);
        _lines[0].ShouldBe("Clustrix: 5 of 100 items done, 2 running, about 95 s left");
        _lines[^1].ShouldStartWith("Clustrix: 100 of 100 items done, 1 of them failed, 2 running");
    }

    [Fact]
    public void Is_silent_while_nothing_changes()
    {
        var progress = new ProgressLines(_lines, _clock);

        for (var i = 0; i < 100; i++)
        {
            _clock.Pass(TimeSpan.FromSeconds(1));
            progress.Report(new RunProgress("r", 2, 1, 0, 0, 1, TimeSpan.FromSeconds(i)));
        }

        _lines.ShouldHaveSingleItem();
    }

    private sealed class Lines : List<string>, ILog
    {
        public void Say(string message) => Add(message);

        public void Detail(string message)
        {
        }

        public void Warn(Problem problem)
        {
        }
    }
}
