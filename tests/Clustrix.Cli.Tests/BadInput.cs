namespace Clustrix.Cli.Tests;

public sealed class BadInput : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("CLX1020", "'status'", "stats")]
    [InlineData("CLX1020", "'--store-root'", "status", "--storeroot", "x")]
    [InlineData("CLX1020", "'--workers'", "run", "--worker", "2", "--", "true")]
    [InlineData("CLX1020", "no argument 'b'", "cancel", "a", "b")]
    [InlineData("CLX1020", "RUN", "cancel")]
    [InlineData("CLX1020", "needs a verb: show, check.", "config")]
    [InlineData("CLX1002", "unit", "run", "--timeout", "90", "--", "true")]
    [InlineData("CLX1003", "unit", "run", "--memory", "5", "--", "true")]
    [InlineData("CLX1004", "from 0 on", "run", "--workers", "-1", "--", "true")]
    [InlineData("CLX1004", "from 0 on", "run", "--retries", "many", "--", "true")]
    [InlineData("CLX1004", "true or false", "run", "--reuse-results", "maybe", "--", "true")]
    [InlineData("CLX1004", "from 1 on", "run", "--items", "0", "--", "true")]
    [InlineData("CLX1004", "NAME=value", "run", "--environment", "NAME", "--", "true")]
    [InlineData("CLX1004", "Clustrix sets", "run", "--environment", "CLUSTRIX_MARK=y", "--", "true")]
    [InlineData("CLX1004", "a shell can't export", "run", "--environment", "A;B=y", "--", "true")]
    [InlineData("CLX1020", "a command isn't", "run", "--property", "A=b", "--", "true")]
    [InlineData("CLX1020", "a command isn't", "run", "-c", "Release", "--", "true")]
    [InlineData("CLX1012", "behind --", "run", "--")]
    [InlineData("CLX1013", "There are: 'local'", "status", "--cluster", "foo")]
    [InlineData("CLX1004", "'.' is the whole directory", "run", "--payload", "", "--", "true")]
    [InlineData("CLX1007", "nothing", "run", "--payload", "nothing", "--", "true")]
    [InlineData("CLX1021", "no project", "run")]
    [InlineData("CLX1021", "no 'nothing.csproj'", "run", "nothing.csproj")]
    [InlineData("CLX5010", "no run 'x'", "status", "x")]
    [InlineData("CLX1020", "bash, zsh, fish", "completion", "tcsh")]
    [InlineData("CLX1004", "no relative path", "status", "--store-root", "here/store")]
    [InlineData("CLX1020", "'-x'", "status", "-x")]
    [InlineData("CLX1020", "--workers", "run", "--workers")]
    [InlineData("CLX1020", "'shwo'", "config", "shwo")]
    [InlineData("CLX1003", "negative", "run", "--memory", "-5GB", "--", "true")]
    [InlineData("CLX1002", "length of time", "run", "--timeout", "soon", "--", "true")]
    [InlineData("CLX1002", "negative", "run", "--timeout", "-3m", "--", "true")]
    [InlineData("CLX1004", "from 0 on", "clean", "--keep-days", "-1")]
    [InlineData("CLX1004", "from 0 on", "run", "--workers", "1.5", "--", "true")]
    [InlineData("CLX1004", "from 1 on", "run", "--cpus", "0", "--", "true")]
    [InlineData("CLX1004", "from 1 on", "run", "--items", "-3", "--", "true")]
    [InlineData("CLX4001", "item", "run", "--cpus", "100000", "--", "true")]
    [InlineData("CLX1011", "'../x'", "run", "--outputs", "../x", "--", "true")]
    [InlineData("CLX5010", "No run is named", "logs", "", "0")]
    [InlineData("CLX5010", "no run 'a/../b'", "cancel", "a/../b")]
    [InlineData("CLX5010", "No run is running", "watch")]
    [InlineData("CLX2010", "nothing", "diff", "nothing", "nothing")]
    [InlineData("CLX1021", "no project, no solution", "run", "clustrix.txt")]
    [InlineData("CLX1020", "'--items'", "push", "--items", "3")]
    [InlineData("CLX1020", "See 'clustrix logs --help'", "logs", "20260101")]
    [InlineData("CLX1020", "See 'clustrix config --help'", "config")]
    [InlineData("CLX1020", "Write --hosts h1 --hosts h2.", "run", "--hosts", "h1", "h2", "--", "true")]
    [InlineData("CLX1020", "Write --hosts h1 --hosts h2.", "run", "--hosts=h1", "h2", "h3")]
    [InlineData("CLX1020", "Write --hosts h1 --hosts h2.", "status", "--hosts", "h1", "h2")]
    public async Task What_was_written_wrongly_is_one_coded_line_with_the_remedy(string code, string told, params string[] arguments)
    {
        _tool.Write("clustrix.txt", "");
        (await _tool.RunAsync(arguments)).ShouldFail(2, code, told);
    }

    [Fact]
    public async Task The_problems_go_to_machines_too()
    {
        var outcome = await _tool.RunAsync("status", "x", "--json");
        outcome.ExitCode.ShouldBe(2);
        outcome.Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("CLX5010");
    }

    [Fact]
    public async Task A_beginning_that_several_ids_share_is_told_with_all_of_them()
    {
        var first = (await _tool.RunAsync("run", "--", "true", "1")).Run;
        var second = (await _tool.RunAsync("run", "--", "true", "2")).Run;
        (await _tool.RunAsync("status", "2")).ShouldFail(2, "CLX5010", first, second);
    }

    [Fact]
    public async Task An_item_that_the_run_lacks_is_told_with_those_that_it_has()
    {
        var run = (await _tool.RunAsync("run", "--", "true")).Run;
        (await _tool.RunAsync("logs", run, "flase")).ShouldFail(2, "CLX5020", "There are: true");
    }

    [Fact]
    public async Task A_run_of_a_newer_version_is_told()
    {
        var run = (await _tool.RunAsync("run", "--", "true")).Run;
        var description = Directory.GetFiles(Path.Combine(_tool.Store, "run"), "workload.json", SearchOption.AllDirectories).Single();
        var newer = (await File.ReadAllTextAsync(description)).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal);
        File.Delete(description);
        await File.WriteAllTextAsync(description, newer);
        (await _tool.RunAsync("status", run)).ShouldFail(2, "CLX5011", "Update Clustrix");
        (await _tool.RunAsync("status")).ShouldSucceed();
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_is_a_cluster_that_cannot_be_reached()
    {
        var file = _tool.Write("file", "");
        (await _tool.RunAsync("status", "--store-root", file)).ShouldFail(3, "CLX3003");
    }

    [Theory]
    [InlineData("status")]
    [InlineData("config", "show")]
    [InlineData("--help")]
    [InlineData("status", "--json")]
    [InlineData("no-such-verb", "--json")]
    public async Task A_reader_that_reads_nothing_is_no_problem(params string[] arguments)
    {
        var outcome = await ThroughAsync("head -n 0", arguments);
        outcome.Errors.Count.ShouldBe(arguments[0] == "no-such-verb" ? 1 : 0);
        outcome.Error.ShouldNotContain("   at ");
        (await File.ReadAllTextAsync(_tool["code"])).ShouldBe(arguments[0] == "no-such-verb" ? "2\n" : "0\n");
    }

    [Fact]
    public async Task A_reader_that_goes_away_changes_nothing_of_how_a_run_ends()
    {
        (await ThroughAsync("head -n 0", "run", "--", "false")).Error.ShouldContain("CLX5001");
        (await File.ReadAllTextAsync(_tool["code"])).ShouldBe("1\n");
    }

    [Fact]
    public async Task A_reader_that_goes_away_lets_the_build_of_a_project_go_on()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='one' Command='echo 1' />");
        (await ThroughAsync("head -n 0", "run")).Error.ShouldBeEmpty();
        (await File.ReadAllTextAsync(_tool["code"])).ShouldBe("0\n");
        (await _tool.RunAsync("status")).Output.ShouldContain("1 of 1 item done");
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_tool_quietly()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        var logs = _tool.Start("sh", ["-c", $"{{ dotnet '{ToolSandbox.Assembly}' logs {run} 0 --follow; echo $? >code; }} | head -n 1"]);
        (await ToolSandbox.EndAsync(_tool.Start("sh", ["-c", "true"]))).ShouldSucceed();
        await ToolSandbox.WaitForAsync(logs.StandardOutput, "begun");
        _tool.LetGo();
        var outcome = await ToolSandbox.EndAsync(logs);
        outcome.ShouldSucceed().Error.ShouldBeEmpty();
        (await File.ReadAllTextAsync(_tool["code"])).ShouldBe("0\n");
        await ToolSandbox.EndAsync(tool);
    }

    [Fact]
    public async Task Twenty_columns_are_enough()
    {
        var tool = _tool.Start("script", ["-qec", $"stty cols 20; dotnet '{ToolSandbox.Assembly}' run --items 3 --workers 1 -- sh -c 'sleep 0.2'", "/dev/null"]);
        var outcome = (await ToolSandbox.EndAsync(tool)).ShouldSucceed();
        outcome.Output.ShouldContain("3 items: 3 passed");
        var drawn = outcome.Output.Split('\r', '\n').Where(line => line.Contains("running", StringComparison.Ordinal)).ToList();
        drawn.ShouldNotBeEmpty();
        drawn.ShouldAllBe(line => line.Length < 20);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        var outcome = await _tool.RunAsync("run", "--timeout", "90", "--workers", "-1", "--cluster", "foo", "--", "true");
        outcome.ExitCode.ShouldBe(2);
        outcome.Errors.Count.ShouldBe(3, outcome.Error);
        (outcome.Errors[0] + outcome.Errors[1] + outcome.Errors[2]).ShouldSatisfyAllConditions(
            text => text.ShouldContain("CLX1002"), text => text.ShouldContain("CLX1004"), text => text.ShouldContain("CLX1013"));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("run", "--", "true")]
    [InlineData("config", "show")]
    [InlineData("init")]
    [InlineData("push", "--payload", "x")]
    public async Task A_deleted_working_directory_is_told_by_every_verb_that_needs_it(params string[] arguments)
    {
        Directory.CreateDirectory(_tool["gone"]);
        var tool = _tool.Start("sh", ["-c", $"cd gone && rmdir ../gone && exec dotnet '{ToolSandbox.Assembly}' \"$@\"", "sh", .. arguments]);
        (await ToolSandbox.EndAsync(tool)).ShouldFail(2, "CLX1024");
    }

    [Fact]
    public async Task Without_a_terminal_there_are_no_escape_codes()
    {
        _tool.Environment["TERM"] = "xterm-256color";
        var outcome = await _tool.RunAsync("run", "--", "true");
        (outcome.Output + outcome.Error).ShouldNotContain("\u001b");
    }

    private async Task<ToolOutcome> ThroughAsync(string reader, params string[] arguments)
    {
        // Only when the reader is gone does the tool begin.
        var script = $"{{ while [ ! -e gone ]; do sleep 0.02; done; dotnet '{ToolSandbox.Assembly}' \"$@\"; echo $? >code; }} | {{ {reader}; exec <&-; : >gone; }}";
        return (await ToolSandbox.EndAsync(_tool.Start("sh", ["-c", script, "sh", .. arguments]))).ShouldSucceed();
    }
}
