namespace Clustrix.Cli.Tests.Verbs;

public sealed class RunningACommand : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_program_and_its_payload_travel_and_its_words_arrive_as_they_are()
    {
        _tool.Write("data/a", "1");
        _tool.Write("data/b c", "2");
        _tool.WriteScript("count.sh", "#!/bin/sh\nls \"$1\" | wc -l\nprintf '%s\\n' \"$2\"\n");
        var run = (await _tool.RunAsync("run", "--payload", "data/", "--", "./count.sh", "data/", "it's $HOME *")).ShouldSucceed();
        var log = (await _tool.RunAsync("logs", run.Run, "count.sh")).ShouldSucceed();
        log.Output.ShouldBe("2\nit's $HOME *\n");
        File.Exists(_tool[$"artifacts/clustrix/{run.Run}/summary.md"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Each_of_several_items_knows_its_number_and_the_count()
    {
        var run = (await _tool.RunAsync("run", "--items", "3", "--", "sh", "-c", "echo $CLUSTRIX_ITEM_INDEX of $CLUSTRIX_ITEM_COUNT")).ShouldSucceed();
        (await _tool.RunAsync("logs", run.Run, "sh-2")).Output.ShouldBe("2 of 3\n");
    }

    [Fact]
    public async Task The_second_run_of_the_same_reuses_the_results()
    {
        await _tool.RunAsync("run", "--", "true");
        (await _tool.RunAsync("run", "--", "true")).ShouldSucceed().Output.ShouldContain("1 passed (1 reused)");
    }

    [Fact]
    public async Task What_runs_have_brought_back_is_no_part_of_the_directory_s_payload()
    {
        _tool.Write("file", "1");
        await _tool.RunAsync("run", "--payload", ".", "--", "cat", "file");
        await _tool.RunAsync("preflight");
        (await _tool.RunAsync("run", "--payload", ".", "--", "cat", "file")).ShouldSucceed().Output.ShouldContain("1 passed (1 reused)");
    }

    [Fact]
    public async Task Where_results_can_t_be_written_nothing_is_run()
    {
        var begun = _tool["begun"];
        (await _tool.RunAsync("run", "--artifacts-directory", "/dev/null/x", "--", "touch", begun)).ShouldFail(2, "CLX5012", "nothing was run");
        File.Exists(begun).ShouldBeFalse();
    }

    [Fact]
    public async Task Outputs_are_collected_and_told_in_the_document_for_machines()
    {
        var run = (await _tool.RunAsync("run", "--json", "--outputs", "*.txt", "--environment", "WORD=hello", "--", "sh", "-c", "echo $WORD >a.txt")).ShouldSucceed();
        var told = run.Json.GetProperty("runs")[0];
        told.GetProperty("run").GetProperty("passed").GetBoolean().ShouldBeTrue();
        var file = told.GetProperty("run").GetProperty("items")[0].GetProperty("files")[0].GetProperty("path").GetString()!;
        (await File.ReadAllTextAsync(Path.Combine(told.GetProperty("directory").GetString()!, file))).ShouldBe("hello\n");
    }

    [Fact]
    public async Task A_failed_item_is_one_coded_line_with_what_it_said_and_exit_code_1()
    {
        (await _tool.RunAsync("run", "--", "sh", "-c", "echo oh no >&2; exit 3")).ShouldFail(1, "CLX5001", "exit code 3", "oh no");
    }

    [Fact]
    public async Task A_failed_item_can_be_a_warning()
    {
        var run = (await _tool.RunAsync("run", "--continue-on-item-failure", "--", "false")).ShouldSucceed();
        run.Error.ShouldContain("warning CLX5001");
    }
}
