using Clustrix.Testing;

namespace Clustrix.Cli.Tests;

public sealed class Packaging : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task The_packed_tool_is_installed_and_used_as_the_manual_says()
    {
        var packed = await ChildProcess.RunAsync(
            "dotnet", ["pack", Repository.At("src/Clustrix.Cli"), "-o", _tool["feed"], "-p:Configuration=Release", "-v:quiet", "-nodeReuse:false"], Repository.Root, Limit);
        packed.ExitCode.ShouldBe(0, packed.Output);
        _tool.Write("nuget.config", $"""<configuration><packageSources><clear /><add key="packed" value="{_tool["feed"]}" /></packageSources></configuration>""");
        _tool.Environment["PATH"] = $"{_tool.Home}/.dotnet/tools:{Environment.GetEnvironmentVariable("PATH")}";

        await TypeAsync("dotnet tool install");
        _tool.Write("words/english.txt", "one two three");
        _tool.Write("words/german.txt", "eins zwei");
        (await TypeAsync("clustrix run --payload")).Output.ShouldContain("1 passed");
        (await File.ReadAllTextAsync(Directory.EnumerateFiles(_tool["artifacts"], "count.txt", SearchOption.AllDirectories).Single())).ShouldContain("5 total");
        _tool.Write("sweep.cs", CodeBlock.Of("README.md", "csharp").Single(block => block.Text.Contains("CLUSTRIX_ITEM_INDEX", StringComparison.Ordinal)).Text);
        (await TypeAsync("clustrix run sweep.cs")).Output.ShouldContain("4 items: 4 passed");
        (await ToolSandbox.EndAsync(_tool.Start(_tool.Home + "/.dotnet/tools/clustrix", ["--help"]))).ShouldSucceed().Output.ShouldContain("clustrix [command]");
    }

    private async Task<ToolOutcome> TypeAsync(string beginning)
    {
        var block = CodeBlock.Of("README.md", "sh").Single(block => block.Text.StartsWith(beginning, StringComparison.Ordinal));
        return (await ToolSandbox.EndAsync(_tool.Start("sh", ["-eu", "-c", block.Text]))).ShouldSucceed();
    }
}
