using Clustrix.Snapshots;
using Clustrix.Testing;

namespace Clustrix.Cli.Tests.Verbs;

public sealed class RunsOfTheCluster : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Status_lists_runs_and_the_items_of_one()
    {
        (await _tool.RunAsync("status")).ShouldSucceed().Output.ShouldContain("knows no run");
        var run = (await _tool.RunAsync("run", "--items", "2", "--", "true")).Run;
        (await _tool.RunAsync("status")).ShouldSucceed().Output.ShouldContain($"{run}  ended       2 of 2 items done");
        (await _tool.RunAsync("status", run)).ShouldSucceed().Output.ShouldContain("true-1");
        var list = (await _tool.RunAsync("status", "--json")).Json;
        list.GetProperty("runs")[0].GetProperty("state").GetString().ShouldBe("Ended");
        var items = (await _tool.RunAsync("status", run, "--json")).Json.GetProperty("items");
        items.GetArrayLength().ShouldBe(2);
        items[0].GetProperty("outcome").GetString().ShouldBe("Passed");
    }

    [Fact]
    public async Task Status_tells_how_many_items_failed()
    {
        var run = (await _tool.RunAsync("run", "--items", "3", "--", "sh", "-c", "exit $CLUSTRIX_ITEM_INDEX")).Run;

        (await _tool.RunAsync("status")).ShouldSucceed().Output.ShouldContain($"{run}  ended       3 of 3 items done, 2 of them failed\n");
        (await _tool.RunAsync("status", run)).ShouldSucceed().Output.ShouldContain($"Run {run}: ended, 3 of 3 items done, 2 of them failed\n");
        (await _tool.RunAsync("status", "--json")).Json.GetProperty("runs")[0].GetProperty("failed").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Status_tells_an_item_that_runs_from_one_that_waits()
    {
        const string Waits = "[ $CLUSTRIX_ITEM_INDEX != 0 ] || { : >$DIRECTORY/begun; until [ -e $DIRECTORY/go ]; do sleep 0.1; done; }";
        var tool = _tool.Start("run", "--items", "2", "--workers", "1", "--environment", "DIRECTORY=" + _tool["."], "--", "sh", "-c", Waits);
        await Condition.HoldsAsync(() => File.Exists(_tool["begun"]), "the first item runs");
        var run = (await _tool.RunAsync("status", "--json")).Json.GetProperty("runs")[0].GetProperty("run").GetString()!;
        var told = (await _tool.RunAsync("status", run)).ShouldSucceed().Output.Split('\n');
        told[1].ShouldStartWith("Running ");
        told[2].ShouldStartWith("Unfinished ");
        (await _tool.RunAsync("status", run, "--json")).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("running").GetBoolean()).ShouldBe([true, false]);
        _tool.Write("go", "");
        (await ToolSandbox.EndAsync(tool)).ShouldSucceed();
    }

    [Fact]
    public async Task A_run_may_be_named_by_the_beginning_of_its_id()
    {
        var run = (await _tool.RunAsync("run", "--", "true")).Run;
        (await _tool.RunAsync("status", run[..3])).ShouldSucceed().Output.ShouldContain(run);
    }

    [Fact]
    public async Task Logs_follow_an_item_until_it_ends()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync("first words");
        var logs = _tool.Start("logs", run, "sh", "--follow");
        await ToolSandbox.WaitForAsync(logs.StandardOutput, "first words");
        _tool.LetGo();
        (await ToolSandbox.EndAsync(logs)).ShouldSucceed().Output.ShouldBe("ended\n");
        (await ToolSandbox.EndAsync(tool)).ShouldSucceed();
        (await _tool.RunAsync("logs", run, "0", "--json")).Json.GetProperty("stdout").GetString().ShouldBe("first words\nended\n");
    }

    [Fact]
    public async Task Attach_goes_on_with_a_run_whose_client_was_killed()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        tool.Kill();
        await ToolSandbox.EndAsync(tool);
        var attached = _tool.Start("attach", run);
        _tool.LetGo();
        (await ToolSandbox.EndAsync(attached)).ShouldSucceed().Output.ShouldContain($"Run {run}: 1 item: 1 passed");
        (await File.ReadAllTextAsync(_tool[$"artifacts/clustrix/{run}/items/sh/stdout.log"])).ShouldBe("begun\nended\n");
    }

    [Fact]
    public async Task Watch_tells_the_end_of_the_newest_running_run()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        var watch = _tool.Start("watch", "--json");
        await ToolSandbox.WaitForAsync(watch.StandardError, "Watching run");
        _tool.LetGo();
        var told = (await ToolSandbox.EndAsync(watch)).ShouldSucceed().Json;
        told.GetProperty("run").GetString().ShouldBe(run);
        told.GetProperty("done").GetInt32().ShouldBe(1);
        await ToolSandbox.EndAsync(tool);
    }

    [Fact]
    public async Task Cancel_ends_the_items_of_a_run()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        (await _tool.RunAsync("cancel", run)).ShouldSucceed().Output.ShouldContain("is cancelled");
        (await ToolSandbox.EndAsync(tool)).ExitCode.ShouldBe(130);
        (await _tool.RunAsync("cancel", run)).ShouldSucceed().Output.ShouldContain("had been cancelled before");
    }

    [Fact]
    public async Task Collect_brings_a_run_to_another_directory()
    {
        var run = (await _tool.RunAsync("run", "--outputs", "a", "--", "sh", "-c", "echo 1 >a; echo 2")).Run;
        (await _tool.RunAsync("collect", run, "--artifacts-directory", "elsewhere")).ShouldSucceed();
        (await File.ReadAllTextAsync(_tool[$"elsewhere/{run}/items/sh/outputs/a"])).ShouldBe("1\n");
        (await File.ReadAllTextAsync(_tool[$"elsewhere/{run}/items/sh/stdout.log"])).ShouldBe("2\n");
    }

    [Fact]
    public async Task Clean_says_first_and_then_removes()
    {
        (await _tool.RunAsync("clean", "--dry-run")).ShouldSucceed();
        Directory.Exists(_tool.Store).ShouldBeFalse();
        var run = (await _tool.RunAsync("run", "--", "true")).Run;
        (await _tool.RunAsync("clean", "--keep-days", "0", "--dry-run")).ShouldSucceed().Output.ShouldStartWith($"run {run} on local\n");
        (await _tool.RunAsync("status")).Output.ShouldContain(run);
        (await _tool.RunAsync("clean", "--keep-days", "0", "--json")).ShouldSucceed().Json.GetProperty("runs")[0].GetString().ShouldBe(run);
        (await _tool.RunAsync("status")).Output.ShouldNotContain(run);
    }

    [Fact]
    public async Task Preflight_says_what_the_cluster_is()
    {
        (await _tool.RunAsync("preflight")).ShouldSucceed().Output.ShouldSatisfyAllConditions(
            output => output.ShouldStartWith("Clustrix: 1 of 1 host of local can be used:\n  host "),
            output => output.ShouldContain(_tool.Store));
        var told = (await _tool.RunAsync("preflight", "--json")).ShouldSucceed().Json;
        told.GetProperty("hosts")[0].GetProperty("facts").GetProperty("cores").GetInt32().ShouldBePositive();
        told.GetProperty("problems").GetArrayLength().ShouldBe(0);
        File.Exists(_tool["artifacts/clustrix/preflight.json"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Preflight_fails_with_the_cause_when_no_host_can_be_used()
    {
        (await _tool.RunAsync("preflight", "--store-root", "/proc/nowhere")).ShouldFail(3, "CLX3003", "/proc/nowhere");
        var told = (await _tool.RunAsync("preflight", "--store-root", "/proc/nowhere", "--json")).Json;
        told.GetProperty("passed").GetBoolean().ShouldBeFalse();
        told.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("CLX3003");
    }

    [Fact]
    public async Task Repro_runs_the_item_here_on_files_with_the_same_content()
    {
        _tool.Write("data/a b", "content");
        _tool.Write("data/empty", "");
        _tool.WriteScript("job", "#!/bin/sh\ncat 'data/a b'; echo $CLUSTRIX_ITEM_INDEX; exit 4\n");
        var run = (await _tool.RunAsync("run", "--items", "2", "--payload", "data", "--", "./job")).Run;
        var repro = await _tool.RunAsync("repro", run, "job-1", "--directory", "again");
        repro.ExitCode.ShouldBe(1, repro.Error);
        repro.Output.ShouldBe("content1\n");
        repro.Error.ShouldContain("exit code 4");
        File.Exists(_tool["again/payload/data/empty"]).ShouldBeTrue();
        (await _tool.RunAsync("repro", run, "job-1", "--directory", "again")).ShouldFail(2, "CLX1025");
    }

    [Fact]
    public async Task Repro_gives_the_item_what_a_node_gives_it_and_nothing_of_the_caller()
    {
        const string Tell = "pwd | sed 's,.*/,,'; cat; env | sed 's/=.*//' | sort | grep -v '^_$\\|^CLUSTRIX_\\|^OLDPWD$\\|^SHLVL$'; echo $MINE; ls; : >made";
        _tool.Write("data/in/a", "content");
        _tool.Environment["OF_THE_CALLER"] = "1";
        var run = (await _tool.RunAsync("run", "--payload", "data", "--environment", "MINE=own", "--working-directory", "data/in", "--", "sh", "-c", Tell)).ShouldSucceed().Run;
        var there = (await _tool.RunAsync("logs", run, "0")).ShouldSucceed().Output;
        var here = (await _tool.RunAsync("repro", run, "0", "--directory", "again")).ShouldSucceed().Output;
        here.ShouldBe(there);
        here.ShouldStartWith("in\n");
        here.ShouldContain("\nMINE\n");
        here.ShouldEndWith("own\na\n");
        here.ShouldNotContain("OF_THE_CALLER");
        File.Exists(_tool["again/work/data/in/made"]).ShouldBeTrue();
        File.Exists(_tool["again/payload/data/in/made"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("rm data/b")]
    [InlineData("mv data/b data/c")]
    [InlineData("cp data/a data/c")]
    [InlineData("ln -s a data/c")]
    [InlineData("rm data/b; cp data/a data/b")]
    public async Task Repro_refuses_files_that_are_not_those_of_the_run(string damage)
    {
        _tool.Write("data/a", "1");
        _tool.Write("data/b", "2");
        var run = (await _tool.RunAsync("run", "--payload", "data", "--", "true")).Run;
        var workspace = Directory.GetDirectories(Path.Combine(_tool.Store, "ws")).Single();
        (await ToolSandbox.EndAsync(_tool.Start("sh", ["-c", $"cd '{workspace}' && chmod u+w data && {damage}"]))).ShouldSucceed();
        (await _tool.RunAsync("repro", run, "0", "--directory", "again")).ShouldFail(3, "CLX3008", run);
        Directory.Exists(_tool["again/work"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_of_which_everything_is_reused_can_be_asked_for_like_any_other()
    {
        await _tool.RunAsync("run", "--", "echo", "1");
        var run = (await _tool.RunAsync("run", "--", "echo", "1")).ShouldSucceed().Run;
        (await _tool.RunAsync("status", run)).ShouldSucceed().Output.ShouldContain("echo (reused)");
        (await _tool.RunAsync("logs", run, "echo")).ShouldSucceed().Output.ShouldBe("1\n");
        (await _tool.RunAsync("attach", run)).ShouldSucceed().Output.ShouldContain($"Run {run}: 1 item: 1 passed (1 reused)");
        (await _tool.RunAsync("collect", run, "--artifacts-directory", "late")).ShouldSucceed();
        File.Exists(_tool[$"late/{run}/items/echo/stdout.log"]).ShouldBeTrue();
        (await _tool.RunAsync("cancel", run)).ShouldSucceed().Output.ShouldContain("had ended before");
        (await _tool.RunAsync("repro", run, "echo")).ShouldSucceed().Output.ShouldBe("1\n");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_sent_and_run()
    {
        _tool.Write("data/a", "12345");
        var plan = (await _tool.RunAsync("run", "--payload", "data", "--items", "3", "--workers", "2", "--dry-run", "--json", "--", "true")).ShouldSucceed().Json.GetProperty("plans")[0];
        (plan.GetProperty("files").GetInt32(), plan.GetProperty("items").GetInt32()).ShouldBe((1, 3));
        plan.GetProperty("workers")[0].GetProperty("workers").GetInt32().ShouldBe(2);
        Directory.Exists(_tool.Store).ShouldBeFalse();
        (await _tool.RunAsync("status")).ShouldSucceed().Output.ShouldNotContain("3 items");

        (await _tool.RunAsync("run", "--payload", "data", "--items", "3", "--", "true")).ShouldSucceed();
        (await _tool.RunAsync("run", "--payload", "data", "--items", "3", "--dry-run", "--", "true")).ShouldSucceed().Output
            .ShouldBe("Clustrix: 0 files (0 B) would be pushed to local; 1 are there.\nClustrix: 0 items would run, 3 would be reused.\n");
    }

    [Fact]
    public async Task Push_says_what_would_travel_and_then_only_that_travels()
    {
        _tool.Write("data/a", "12345");
        _tool.Write("data/b", "123");
        var plan = (await _tool.RunAsync("push", "--payload", "data", "--dry-run", "--json")).ShouldSucceed().Json.GetProperty("pushes")[0];
        plan.GetProperty("bytes").GetInt64().ShouldBe(8);
        Directory.Exists(_tool.Store).ShouldBeFalse();
        plan.GetProperty("paths").EnumerateArray().Select(path => path.GetString()).ShouldBe(["data/a", "data/b"]);
        var push = (await _tool.RunAsync("push", "--payload", "data", "--json")).ShouldSucceed().Json.GetProperty("pushes")[0];
        push.GetProperty("bytes").GetInt64().ShouldBe(8);
        push.GetProperty("root").GetString().ShouldBe(plan.GetProperty("root").GetString());
        _tool.Write("data/b", "1234");
        (await _tool.RunAsync("push", "--payload", "data", "--dry-run")).ShouldSucceed().Output.ShouldBe("              4  data/b\n1 file, 4 bytes would be pushed; 1 file there already.\n");
    }

    [Fact]
    public async Task Diff_compares_the_environments_of_two_runs()
    {
        var run = (await _tool.RunAsync("run", "--", "true")).Run;
        var file = _tool[$"artifacts/clustrix/{run}/environment.json"];
        var entries = (await Snapshot.ReadAsync(file, CancellationToken.None)).Entries;
        await new Snapshot(entries.Select(entry => entry.Kind == EntryKind.Rid ? entry with { Value = "solaris-x64" } : entry)).WriteAsync(_tool["other/environment.json"], CancellationToken.None);
        (await _tool.RunAsync("diff", run, file)).ShouldSucceed().Output.ShouldBeEmpty();
        (await _tool.RunAsync("diff", run, "other")).ShouldSucceed().Output.ShouldContain(" -> solaris-");
        (await _tool.RunAsync("diff", run, "other", "--json")).Json.GetProperty("changes").GetArrayLength().ShouldBe(1);
        (await _tool.RunAsync("diff", run, "nowhere")).ShouldFail(2, "CLX2010");
    }
}
