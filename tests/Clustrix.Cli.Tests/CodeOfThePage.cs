using Clustrix.Testing;

namespace Clustrix.Cli.Tests;

public sealed class CodeOfThePage : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Runs_as_it_stands()
    {
        _tool.WriteScript("bin/clustrix", $"#!/bin/sh\nexec dotnet '{ToolSandbox.Assembly}' \"$@\"\n");
        _tool.Environment["PATH"] = $"{_tool["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
        var block = CodeBlock.Of("docs/tool.md", "sh").Single();
        var outcome = (await ToolSandbox.EndAsync(_tool.Start("sh", ["-euc", block.Text]))).ShouldSucceed();
        outcome.Output.ShouldContain("1 passed");
        outcome.Output.Split('\n').ShouldContain("2");
        outcome.Output.ShouldContain("1 of 1 item done");
    }
}
