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
        await (await LoadAsync(file)).LearnAsync([Long, Short], [Result(Long, Outcome.Passed, 9), Result(Short, Outcome.Passed, 1)], SilentLog.Instance, CancellationToken.None);

        var history = await LoadAsync(file);

        (history.Of(Long), history.Of(Short), history.Of(New)).ShouldBe((TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task What_failed_teaches_nothing()
    {
        var history = await LoadAsync(_directory["durations"]);

        await history.LearnAsync([Long], [Result(Long, Outcome.Failed, 0.1)], SilentLog.Instance, CancellationToken.None);

        File.Exists(_directory["durations"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_no_history_is_an_empty_one()
    {
        var history = await LoadAsync(_directory.Write("durations", "\0\0 nothing\nx y z\nkey NaN\n"));

        history.Of(Long).ShouldBe(TimeSpan.FromSeconds(1));
    }

    private static Task<DurationHistory> LoadAsync(string file) => DurationHistory.LoadAsync(file, CancellationToken.None);

    private static ItemResult Result(Item item, Outcome outcome, double seconds) => new(
        item.Name,
        outcome,
        new AttemptRecord("run", 0, 1, outcome, 0, 0, "1", "host", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), [], [], "run/x/att/0.1", "{}"),
        false,
        1,
        "local");
}
