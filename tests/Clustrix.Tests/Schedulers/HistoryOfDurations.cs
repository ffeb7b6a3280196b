using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Schedulers;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Schedulers;

public sealed class HistoryOfDurations : IDisposable
{
    private static readonly Item Long = new() { Name = "long", Command = "sleep 9" };
    private static readonly Item Short = new() { Name = "short", Command = "sleep 1" };
    private static readonly Item New = new() { Name = "new", Command = "true" };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_passed_is_expected_to_take_as_long_again_and_what_is_new_as_long_as_the_others()
    {
        var file = _directory["cache/durations"];
        await LearnAsync(file, Result(Long, Outcome.Passed, 9), Result(Short, Outcome.Passed, 1));

        var history = await LoadAsync(file);

        history.Of(Long).ShouldBe(new Expectation(TimeSpan.FromSeconds(9), TimeSpan.Zero, IsUrgent: false));
        history.Of(Short).ShouldBe(new Expectation(TimeSpan.FromSeconds(1), TimeSpan.Zero, IsUrgent: false));
        history.Of(New).ShouldBe(new Expectation(TimeSpan.FromSeconds(5), null, IsUrgent: true));
    }

    [Fact]
    public async Task The_last_nine_times_count_and_one_of_them_that_is_far_off_does_not_matter()
    {
        var file = _directory["durations"];
        foreach (var seconds in (double[])[500, 10, 11, 9, 10, 12, 10, 100, 8, 10])
        {
            await LearnAsync(file, Result(Long, Outcome.Passed, seconds));
        }

        (await LoadAsync(file)).Of(Long).ShouldBe(new Expectation(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), IsUrgent: false));
        (await File.ReadAllTextAsync(file)).ShouldEndWith(" 10,11,9,10,12,10,100,8,10\n");
    }

    [Fact]
    public async Task What_failed_the_last_time_is_urgent_and_keeps_the_durations_of_before()
    {
        var file = _directory["durations"];
        await LearnAsync(file, Result(Long, Outcome.Passed, 9));

        await LearnAsync(file, Result(Long, Outcome.Failed, 0.1), Result(Short, Outcome.TimedOut, 100));
        var failed = await LoadAsync(file);
        await LearnAsync(file, Result(Long, Outcome.Passed, 9));

        failed.Of(Long).ShouldBe(new Expectation(TimeSpan.FromSeconds(9), TimeSpan.Zero, IsUrgent: true));
        failed.Of(Short).ShouldBe(new Expectation(TimeSpan.FromSeconds(9), null, IsUrgent: true));
        (await LoadAsync(file)).Of(Long).IsUrgent.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_cancelled_or_reused_teaches_nothing()
    {
        await LearnAsync(_directory["durations"], Result(Long, Outcome.Cancelled, 0.1), Result(Short, Outcome.Passed, 1) with { Cached = true });

        File.Exists(_directory["durations"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Runs_that_go_on_at_once_are_both_remembered()
    {
        var file = _directory["durations"];
        var (one, other) = (await LoadAsync(file), await LoadAsync(file));

        await LearnAsync(one, Result(Long, Outcome.Passed, 9));
        await LearnAsync(other, Result(Short, Outcome.Passed, 1));

        var history = await LoadAsync(file);
        (history.Of(Long).Duration, history.Of(Short).Duration).ShouldBe((TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1)));
        Directory.GetFiles(_directory.Root).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Of_too_many_items_those_out_of_use_longest_are_forgotten()
    {
        var known = Enumerable.Range(0, DurationHistory.MostItems).Select(number => $"{number:x32} + {(number == 7 ? 1 : 2)} 1.5");
        var file = _directory.Write("durations", "clustrix-durations 2\n" + string.Join('\n', known) + "\n");

        await LearnAsync(file, Result(Long, Outcome.Passed, 9));

        var lines = await File.ReadAllLinesAsync(file);
        lines.Length.ShouldBe(DurationHistory.MostItems + 1);
        lines.ShouldNotContain(line => line.StartsWith($"{7:x32}", StringComparison.Ordinal));
        (await LoadAsync(file)).Of(Long).Duration.ShouldBe(TimeSpan.FromSeconds(9));
    }

    [Theory]
    [InlineData("\0\0 nothing\nx y z\nkey NaN\n")]
    [InlineData("")]
    [InlineData("c0ffee 9.5\n")]
    [InlineData("clustrix-durations 2\nkey + 1 NaN\nkey ? 1 1\nkey + x 1\n")]
    public async Task A_file_that_is_no_history_is_an_empty_one(string text)
    {
        var history = await LoadAsync(_directory.Write("durations", text));

        history.Of(Long).ShouldBe(new Expectation(TimeSpan.FromSeconds(1), null, IsUrgent: true));
    }

    private static async Task LearnAsync(string file, params ItemResult[] results) => await LearnAsync(await LoadAsync(file), results);

    private static Task LearnAsync(DurationHistory history, params ItemResult[] results) =>
        history.LearnAsync([.. results.Select(result => result.Name == Long.Name ? Long : Short)], results, new DateOnly(2026, 3, 1), SilentLog.Instance, CancellationToken.None);

    private static Task<DurationHistory> LoadAsync(string file) => DurationHistory.LoadAsync(file, CancellationToken.None);

    private static ItemResult Result(Item item, Outcome outcome, double seconds) => new(
        item.Name,
        outcome,
        new AttemptRecord("run", 0, 1, outcome, 0, 0, "1", "host", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), [], [], "run/x/att/0.1") { Json = "{}" },
        false,
        1,
        "local");
}
