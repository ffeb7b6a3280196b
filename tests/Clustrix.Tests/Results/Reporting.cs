using System.Text.Json;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing;

namespace Clustrix.Tests.Results;

public sealed class Reporting : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task A_runs_directory_tells_it_for_people_and_for_programs()
    {
        var report = Report(Item("<fast> & \"odd\"", Outcome.Passed), Item("slow", Outcome.Failed, exitCode: 3, seconds: 2.5, stderr: "first\nlast words\n"));

        await RunArtifacts.WriteAsync(report, "abc", CancellationToken.None);

        var page = await File.ReadAllTextAsync(_directory["run/report.html"]);
        page.ShouldContain("&lt;fast&gt; &amp; &quot;odd&quot;");
        page.ShouldContain("failed with exit code 3");
        page.ShouldNotContain("://");
        var summary = await File.ReadAllTextAsync(_directory["run/summary.md"]);
        summary.ShouldContain("2 items: 1 passed, 1 failed");
        summary.IndexOf("## Failed: slow", StringComparison.Ordinal).ShouldBeLessThan(summary.IndexOf("## Slowest items", StringComparison.Ordinal));
        summary.ShouldContain("last words");
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(_directory["run/run.json"]));
        run.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("outcome").GetString()).ShouldBe(["Passed", "Failed"]);
        Directory.GetFiles(_directory["run/records"]).Length.ShouldBe(2);
    }

    [Fact]
    public async Task What_a_run_has_cost_a_scheduler_is_told_where_there_is_one()
    {
        var report = Report(Item("a", Outcome.Passed));
        Summary.Write(report, "abc").ShouldNotContain("Scheduler");
        HtmlReport.Write(report).ShouldContain("no scheduler was called");

        await RunArtifacts.WriteAsync(report with { Run = report.Run with { SchedulerCalls = 7 } }, "abc", CancellationToken.None);

        (await File.ReadAllTextAsync(_directory["run/summary.md"])).ShouldContain("| Scheduler | 7 commands |");
        (await File.ReadAllTextAsync(_directory["run/report.html"])).ShouldContain("; 7 commands of the scheduler");
        (await File.ReadAllTextAsync(_directory["run/run.json"])).ShouldContain("\"schedulerCalls\": 7");
    }

    [Fact]
    public async Task Every_attempt_is_told_and_only_the_item_s_own_failures_make_it_flaky()
    {
        var (failed, lost) = (Item("a", Outcome.Failed, exitCode: 3).Result.Record!, new Attempt(2, Outcome.Lost, AttemptCause.HostLost, "build2", null));
        var flaky = With(Item("flaky", Outcome.Passed), new Attempt(1, Outcome.Failed, AttemptCause.None, "build1", failed), lost);
        var report = Report(flaky, With(Item("unlucky", Outcome.Passed), lost), With(Item("bad", Outcome.Failed), lost));

        await RunArtifacts.WriteAsync(report, "abc", CancellationToken.None);

        report.Items.Select(item => item.Result.Flaky).ShouldBe([true, false, false]);
        var summary = await File.ReadAllTextAsync(_directory["run/summary.md"]);
        summary.ShouldContain("3 items: 2 passed (1 flaky), 1 failed");
        summary.ShouldContain("| flaky | flaky | 1: Failed (exit code 3); 2: Lost (build2 was lost) |");
        summary.ShouldContain("| unlucky |  | 2: Lost (build2 was lost) |");
        summary.ShouldContain("Other attempts: 2: Lost (build2 was lost).");
        (await File.ReadAllTextAsync(_directory["run/report.html"])).ShouldContain("others: 1: Failed (exit code 3); 2: Lost (build2 was lost)");
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(_directory["run/run.json"]));
        var attempts = run.RootElement.GetProperty("items")[0].GetProperty("otherAttempts").EnumerateArray().ToList();
        attempts.Select(attempt => attempt.GetProperty("attempt").GetInt32()).ShouldBe([1, 2]);
        attempts[0].GetProperty("exitCode").GetInt32().ShouldBe(3);
        attempts[1].GetProperty("cause").GetString().ShouldBe("HostLost");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_told_with_a_remedy()
    {
        _directory.Write("run", "a file is in the way");

        var thrown = await Should.ThrowAsync<ClustrixException>(() => RunArtifacts.WriteAsync(Report(Item("a", Outcome.Passed)), "abc", CancellationToken.None));

        thrown.Code.ShouldBe(ErrorCode.ArtifactsNotWritable);
        thrown.Message.ShouldContain("ClustrixArtifactsDirectory");
    }

    [Theory]
    [InlineData(Outcome.Failed, ErrorCode.ItemFailed, "failed with exit code 3")]
    [InlineData(Outcome.TimedOut, ErrorCode.ItemTimedOut, "timed out")]
    [InlineData(Outcome.OutOfMemory, ErrorCode.ItemOutOfMemory, "memory ran out")]
    [InlineData(Outcome.Crashed, ErrorCode.ItemCrashed, "three workers died under it")]
    [InlineData(Outcome.Cancelled, ErrorCode.ItemCancelled, "was cancelled")]
    [InlineData(Outcome.Lost, ErrorCode.ItemLost, "has no record")]
    [InlineData(Outcome.MissingOutputs, ErrorCode.ItemMissingOutputs, "'*.json'")]
    public void Every_outcome_but_passed_has_its_code_and_its_words(Outcome outcome, ErrorCode code, string words)
    {
        var problem = ItemFailure.ToProblem(Item("a", outcome, exitCode: 3));

        problem.Code.ShouldBe(code);
        problem.Message.ShouldContain(words);
        problem.Message.ShouldContain("vm/1");
    }

    [Fact]
    public async Task An_item_whose_outputs_aren_t_here_doesn_t_look_whole()
    {
        var missing = Item("a", Outcome.Passed) with { NotCollected = new Problem(ErrorCode.OutputsNotCollected, "they are on h2") { Item = "a" } };
        var report = Report(missing, Item("b", Outcome.Passed));

        await RunArtifacts.WriteAsync(report, "abc", CancellationToken.None);

        report.Failures.ShouldBe([missing]);
        ItemFailure.ToProblem(missing).ShouldBe(missing.NotCollected);
        Account.Of(report).ShouldContain("2 items: 2 passed; outputs of 1 item not collected");
        (await File.ReadAllTextAsync(_directory["run/report.html"])).ShouldContain("they are on h2");
        var summary = await File.ReadAllTextAsync(_directory["run/summary.md"]);
        summary.ShouldContain("passed, but not all outputs are here");
        summary.ShouldContain("## Not collected: a");
        using var run = JsonDocument.Parse(await File.ReadAllTextAsync(_directory["run/run.json"]));
        run.RootElement.GetProperty("passed").GetBoolean().ShouldBeFalse();
        run.RootElement.GetProperty("items")[0].GetProperty("notCollected").GetString().ShouldBe("CLX5014: they are on h2");
    }

    [Fact]
    public async Task An_item_of_a_run_that_goes_on_is_not_failed()
    {
        var report = Report(Item("a", Outcome.Passed), Item("b", Outcome.Unfinished));

        await RunArtifacts.WriteAsync(report, "abc", CancellationToken.None);

        report.Failures.ShouldBeEmpty();
        report.IsWhole.ShouldBeFalse();
        Account.Of(report).ShouldContain("hasn't ended; 2 items: 1 passed, 1 unfinished");
        (await File.ReadAllTextAsync(_directory["run/summary.md"])).ShouldContain("not finished");
    }

    [Fact]
    public void What_hosts_would_share_is_no_work_of_each()
    {
        var push = new PushPlan([], 3, "root");
        PlannedWorkers[] workers = [new("h1", 2, 1, 1, 0, 2, ""), new("h2", 2, 1, 1, 0, 2, "")];

        Account.Of(new RunPlan(push, 2, 0, workers), "pool").Last().ShouldBe("Clustrix: h2: 2 workers for 2 items of 1 core, shared with the other hosts.");
        Account.Of(new RunPlan(push, 2, 0, workers[..1]), "pool").Last().ShouldBe("Clustrix: h1: 2 workers for 2 items of 1 core.");
    }

    [Theory]
    [InlineData("work/plain.txt", "work/plain.txt", true)]
    [InlineData("%77%6F%72%6B/%C3%A9", "work/é", true)]
    [InlineData("%77%6F%72%6B/%E9%41", "work/%E9A", false)]
    public void A_recorded_name_is_told_so_that_it_can_be_read(string recorded, string told, bool isUtf8)
    {
        var record = AttemptRecord.Parse(
            $$"""{"v":1,"run":"r","item":0,"attempt":1,"outcome":"Passed","exit":0,"signal":0,"worker":"1","host":"h","started":1.00,"seconds":0.10,"missing":[],"files":[{"path":"{{recorded}}","size":1,"sha256":"00"}],"dir":"run/x/att/0.1"}""");

        (record.Files[0].Path, record.Files[0].IsUtf8).ShouldBe((told, isUtf8));
    }

    [Fact]
    public void A_timeout_names_its_limit()
    {
        var item = Item("a", Outcome.TimedOut);

        ItemFailure.ToProblem(item with { Result = item.Result with { Timeout = TimeSpan.FromMinutes(15) } }).Message.ShouldContain("timed out at its limit of 15m");
    }

    [Fact]
    public void A_record_of_a_newer_format_says_to_update()
    {
        Should.Throw<ClustrixException>(() => AttemptRecord.Parse("{\"v\":2}")).Code.ShouldBe(ErrorCode.RunTooNew);
    }

    [Fact]
    public void A_line_that_is_no_record_is_a_coded_error()
    {
        Should.Throw<ClustrixException>(() => AttemptRecord.Parse("{\"v\":1,\"run\":")).Code.ShouldBe(ErrorCode.ProtocolError);
    }

    public void Dispose() => _directory.Dispose();

    private RunReport Report(params CollectedItem[] items) => new(
        new RunResult("20260101-000000-abcdef", [.. items.Select(item => item.Result)], 2, false, false, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(3)),
        new PushResult(new Dictionary<string, string> { ["local"] = "/ws" }, 1, 2, 1000, 2000, 3, []),
        items,
        _directory["run"]);

    private static CollectedItem With(CollectedItem item, params Attempt[] others) => item with { Result = item.Result with { OtherAttempts = others } };

    private CollectedItem Item(string name, Outcome outcome, int exitCode = 0, double seconds = 0.1, string? stderr = null)
    {
        var record = new AttemptRecord(
            "20260101-000000-abcdef", 0, 1, outcome, exitCode, 0, "1", "vm", DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(seconds), ["*.json"], [], "run/x/att/0.1")
        {
            Json = "{}",
        };
        return new CollectedItem(
            new ItemResult(name, outcome, record, Cached: false, Attempts: 1), null, stderr is null ? null : _directory.Write("stderr.log", stderr), []);
    }
}
