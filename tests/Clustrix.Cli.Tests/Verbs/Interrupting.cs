using System.Runtime.InteropServices;

namespace Clustrix.Cli.Tests.Verbs;

public sealed class Interrupting : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGHUP)]
    public async Task A_signal_cancels_the_run_and_ends_the_tool_with_130(PosixSignal signal)
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        ToolSandbox.Signal(tool, signal);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130);
        outcome.Error.ShouldContain($"Run {run} is cancelled");
        (await _tool.RunAsync("status", run)).ShouldSucceed().Output.ShouldContain("cancelled");
    }

    [Fact]
    public async Task The_second_signal_leaves_at_once()
    {
        // An item that asks for time when it is to end keeps the first cancellation waiting.
        var tool = _tool.Start("run", "--", "sh", "-c", $"trap 'sleep 2' TERM; : >'{_tool["begun"]}'; while :; do sleep 0.05; done");
        await ToolSandbox.WaitForAsync(tool.StandardError, "Run ");
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        ToolSandbox.Signal(tool, PosixSignal.SIGINT);
        ToolSandbox.Signal(tool, PosixSignal.SIGTERM);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130);
        (await _tool.RunAsync("status", "--json")).Json.GetProperty("runs")[0].GetProperty("run").GetString().ShouldNotBeNull();
        var id = (await _tool.RunAsync("status", "--json")).Json.GetProperty("runs")[0].GetProperty("run").GetString()!;
        (await _tool.RunAsync("cancel", id)).ShouldSucceed();
    }

    [Fact]
    public async Task Watching_can_be_stopped_and_the_run_goes_on()
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        var watch = _tool.Start("watch", run);
        await ToolSandbox.WaitForAsync(watch.StandardError, "Watching run");
        ToolSandbox.Signal(watch, PosixSignal.SIGINT);
        (await ToolSandbox.EndAsync(watch)).ExitCode.ShouldBe(130);
        _tool.LetGo();
        (await ToolSandbox.EndAsync(tool)).ShouldSucceed();
    }
}
