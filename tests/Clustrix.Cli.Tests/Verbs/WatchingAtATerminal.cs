using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Clustrix.Cli.Tests.Verbs;

public sealed partial class WatchingAtATerminal : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public WatchingAtATerminal()
    {
        _tool.Environment["TERM"] = "xterm-256color";
        _tool.Environment["NO_COLOR"] = "";
    }

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_table_shows_items_workers_rate_and_the_estimated_end()
    {
        var (run, id) = await StartAsync();
        var watch = _tool.StartAtTerminal(80, "watch", id);
        var shown = await ToolSandbox.WaitForScreenAsync(watch, "1 busy of 1");
        shown.ShouldContain(id);
        shown.ShouldContain("0 of 3 done");
        LetGo(0);
        shown = await ToolSandbox.WaitForScreenAsync(watch, "about ");
        shown.ShouldContain("1 of 3 done");
        shown.ShouldMatch(@"rate +\| \d+\.\d items/s");
        shown.ShouldContain("\u001b[");
        LetGo(1);
        LetGo(2);
        (await ToolSandbox.EndAsync(watch)).ShouldSucceed().Output.ShouldContain($"Run {id}: ended, 3 of 3 items done");
        (await ToolSandbox.EndAsync(run)).ShouldSucceed();
    }

    [Fact]
    public async Task NO_COLOR_is_respected()
    {
        _tool.Environment["NO_COLOR"] = "1";
        var (run, id) = await StartAsync();
        var watch = _tool.StartAtTerminal(80, "watch", id);
        var shown = await ToolSandbox.WaitForScreenAsync(watch, "1 busy of 1");
        Enumerable.Range(0, 3).ToList().ForEach(LetGo);
        shown += (await ToolSandbox.EndAsync(watch)).ShouldSucceed().Output;
        Colours().Matches(shown).ShouldBeEmpty(shown);
        (await ToolSandbox.EndAsync(run)).ShouldSucceed();
    }

    [Fact]
    public async Task Twenty_columns_are_enough_for_the_table()
    {
        var (run, id) = await StartAsync();
        var watch = _tool.StartAtTerminal(20, "watch", id);
        var shown = await ToolSandbox.WaitForScreenAsync(watch, "busy");
        Enumerable.Range(0, 3).ToList().ForEach(LetGo);
        (await ToolSandbox.EndAsync(watch)).ShouldSucceed();
        EscapeCodes().Replace(shown, "").Split('\r', '\n').ShouldAllBe(line => line.Length <= 20);
        (await ToolSandbox.EndAsync(run)).ShouldSucceed();
    }

    [Fact]
    public async Task Preflight_draws_a_table_of_the_hosts()
    {
        var tool = _tool.StartAtTerminal(150, "preflight");
        var shown = await ToolSandbox.WaitForScreenAsync(tool, "linux-");
        (await ToolSandbox.EndAsync(tool)).ShouldSucceed();
        shown.ShouldContain("| local ");
        shown.ShouldContain("\u001b[");
    }

    [GeneratedRegex(@"\u001b\[[0-9;]*m")]
    private static partial Regex Colours();

    [GeneratedRegex(@"\u001b(\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex EscapeCodes();

    private async Task<(Process Tool, string Run)> StartAsync()
    {
        var tool = _tool.Start(
            "run", "--items", "3", "--workers", "1", "--", "sh", "-c", $": >'{_tool["begun"]}'; while [ ! -e '{_tool["go"]}'$CLUSTRIX_ITEM_INDEX ]; do sleep 0.05; done");
        var line = await ToolSandbox.WaitForAsync(tool.StandardError, "Run ");
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        return (tool, line.Split(' ')[1].TrimEnd(':'));
    }

    private void LetGo(int item) => _tool.Write($"go{item}", "");
}
