using Clustrix.Testing;

namespace Clustrix.Cli.Tests;

public sealed class Packaging : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_packed_tool_can_be_installed_from_a_folder_and_runs_under_its_name()
    {
        var packed = await ChildProcess.RunAsync(
            "dotnet", ["pack", Repository.At("src/Clustrix.Cli"), "-o", _tool["feed"], "-p:Configuration=Release", "-v:quiet", "-nodeReuse:false"], Repository.Root, Limit);
        packed.ExitCode.ShouldBe(0, packed.Output);
        (await ToolSandbox.EndAsync(_tool.Start("dotnet", ["tool", "install", "Clustrix.Cli", "--tool-path", "tool", "--source", _tool["feed"]]))).ShouldSucceed();
        (await ToolSandbox.EndAsync(_tool.Start(_tool["tool/clustrix"], ["run", "--", "true"]))).ShouldSucceed().Output.ShouldContain("1 passed");
        (await ToolSandbox.EndAsync(_tool.Start(_tool["tool/clustrix"], ["--help"]))).ShouldSucceed().Output.ShouldContain("clustrix [command]");
    }
}
