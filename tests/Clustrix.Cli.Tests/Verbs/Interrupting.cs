using System.Diagnostics;
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
        var outcome = (await ToolSandbox.EndAsync(tool)).ShouldFail(130, "CLX1030", signal.ToString());
        outcome.Error.ShouldContain($"Run {run} is cancelled");
        outcome.Error.ShouldNotContain("attach");
        await ShouldBeCancelledAsync(run);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT)]
    [InlineData(PosixSignal.SIGTERM)]
    public async Task The_second_signal_leaves_at_once(PosixSignal second)
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        var directory = Directory.GetDirectories(Path.Combine(_tool.Store, "run"), $"{run}.*").Single();

        // HOST BOOT PID START
        var pool = (await File.ReadAllTextAsync(Directory.GetFiles(directory, "pool-*").Single())).Split(' ')[2];

        // A pool that stands still keeps the first cancellation waiting.
        await SendAsync(pool, "STOP");
        ToolSandbox.Signal(tool, PosixSignal.SIGINT);
        await ToolSandbox.WaitForFileAsync(Path.Combine(directory, "cancel"));
        ToolSandbox.Signal(tool, second);
        var outcome = (await ToolSandbox.EndAsync(tool)).ShouldFail(130, "CLX1030", second.ToString(), "second signal");
        outcome.Error.ShouldNotContain("is cancelled");

        await SendAsync(pool, "CONT");
        (await _tool.RunAsync("cancel", run)).ShouldSucceed();
        await _tool.WaitForNoProcessAsync();
    }

    // It tells the process, and in the next moment the group that it is in: the process gets both.
    [Fact]
    public async Task Timeout_cancels_the_run_like_one_signal()
    {
        var tool = _tool.Start("timeout", ["600", "dotnet", ToolSandbox.Assembly, "run", "--", "sh", "-c", $": >'{_tool["begun"]}'; while :; do sleep 0.05; done"]);
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        ToolSandbox.Signal(tool, PosixSignal.SIGTERM);
        var outcome = (await ToolSandbox.EndAsync(tool)).ShouldFail(130, "CLX1030", "SIGTERM");
        outcome.Error.ShouldNotContain("second signal");
        var run = await OnlyRunAsync();
        outcome.Error.ShouldContain(
            $"Run {run} is cancelled; its processes are ended. Kept are the results of 0 of 1 item: the same again runs the rest, and 'clustrix collect {run}' brings what there is.");
        await ShouldBeCancelledAsync(run);
        await _tool.WaitForNoProcessAsync();
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("attach")]
    public async Task Whoever_only_looks_at_a_run_leaves_it_alone(string verb)
    {
        var (tool, run) = await _tool.StartWaitingRunAsync();
        var looking = _tool.StartAtTerminal(80, verb, run);
        await ToolSandbox.WaitForScreenAsync(looking, verb == "watch" ? "busy of" : "running");
        ToolSandbox.PressInterrupt(looking);
        var outcome = await ToolSandbox.EndAsync(looking);
        outcome.ExitCode.ShouldBe(130, outcome.Output);
        outcome.Output.ShouldContain("error CLX1030: Ended by SIGINT. That changes nothing of the run");
        outcome.Output.ShouldNotContain("cancelled");
        _tool.LetGo();
        (await ToolSandbox.EndAsync(tool)).ShouldSucceed().Output.ShouldContain("1 passed");
    }

    [Fact]
    public async Task The_interrupt_key_cancels_the_run_of_a_command()
    {
        var tool = _tool.StartAtTerminal(80, "run", "--", "sh", "-c", $": >'{_tool["begun"]}'; while :; do sleep 0.05; done");
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        ToolSandbox.PressInterrupt(tool);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130, outcome.Output);
        await ShouldBeCancelledAsync(outcome.Output.Split("Run ")[1][..22]);
        await _tool.WaitForNoProcessAsync();
    }

    [Fact]
    public async Task The_interrupt_key_reaches_the_build_of_a_project_whose_run_is_cancelled()
    {
        var tool = await StartProjectAsync();
        ToolSandbox.PressInterrupt(tool);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130, outcome.Output);
        await ShouldBeCancelledAsync(await OnlyRunAsync());
        await _tool.WaitForNoProcessAsync();
    }

    [Fact]
    public async Task The_second_time_the_build_of_a_project_is_ended_too()
    {
        var tool = await StartProjectAsync();
        var run = await OnlyRunAsync();
        var directory = Directory.GetDirectories(Path.Combine(_tool.Store, "run"), $"{run}.*").Single();

        // HOST BOOT PID START
        var pool = (await File.ReadAllTextAsync(Directory.GetFiles(directory, "pool-*").Single())).Split(' ')[2];
        await SendAsync(pool, "STOP");
        ToolSandbox.PressInterrupt(tool);
        await ToolSandbox.WaitForFileAsync(Path.Combine(directory, "cancel"));
        ToolSandbox.PressInterrupt(tool);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130, outcome.Output);
        outcome.Output.ShouldContain("second signal");
        await SendAsync(pool, "CONT");
        (await _tool.RunAsync("cancel", run)).ShouldSucceed();
        await _tool.WaitForNoProcessAsync();
    }

    [Fact]
    public async Task The_interrupt_key_ends_the_build_of_a_program()
    {
        _tool.Isolate();
        _tool.Write("sweep.cs", "System.Console.WriteLine();");
        _tool.Write("Directory.Build.targets", $"<Project><Target Name='Wait' BeforeTargets='CoreCompile'><Exec Command=\"touch '{_tool["begun"]}'; sleep 600\" /></Target></Project>");
        var temporary = Directory.CreateDirectory(_tool["tmp"]).FullName;
        _tool.Environment["TMPDIR"] = temporary;
        var tool = _tool.StartAtTerminal(80, "run", "sweep.cs");
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        ToolSandbox.PressInterrupt(tool);
        var outcome = await ToolSandbox.EndAsync(tool);
        outcome.ExitCode.ShouldBe(130, outcome.Output);
        Directory.GetDirectories(temporary, "clustrix-program-*").ShouldBeEmpty();
        await _tool.WaitForNoProcessAsync();
    }

    private async Task<Process> StartProjectAsync()
    {
        _tool.WriteProject("Job.csproj", $"<ClustrixItem Include='one' Command=\": >'{_tool["begun"]}'; while :; do sleep 0.05; done\" />");
        var tool = _tool.StartAtTerminal(80, "run");
        await ToolSandbox.WaitForFileAsync(_tool["begun"]);
        return tool;
    }

    private async Task<string> OnlyRunAsync() =>
        (await _tool.RunAsync("status", "--json")).Json.GetProperty("runs").EnumerateArray().Single().GetProperty("run").GetString()!;

    private async Task ShouldBeCancelledAsync(string run)
    {
        var status = (await _tool.RunAsync("status", run, "--json")).ShouldSucceed().Json;
        status.GetProperty("cancelled").GetBoolean().ShouldBeTrue();
        status.GetProperty("state").GetString().ShouldBe("Ended");
    }

    private async Task SendAsync(string process, string signal) =>
        (await ToolSandbox.EndAsync(_tool.Start("kill", [$"-{signal}", process]))).ShouldSucceed();
}
