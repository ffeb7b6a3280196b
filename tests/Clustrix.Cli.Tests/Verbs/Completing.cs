namespace Clustrix.Cli.Tests.Verbs;

public sealed class Completing : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_has_its_script(string shell)
    {
        (await _tool.RunAsync("completion", shell)).ShouldSucceed().Output.ShouldContain("[suggest:");
    }

    [Fact]
    public async Task Verbs_and_options_are_suggested()
    {
        (await _tool.RunAsync("[suggest:11]", "clustrix st")).ShouldSucceed().Output.ShouldBe("status\n");
        (await _tool.RunAsync("[suggest:23]", "clustrix status --store")).ShouldSucceed().Output.ShouldBe("--store-root\n");
    }

    [Fact]
    public async Task The_script_for_bash_is_one()
    {
        var script = _tool.Write("completion.bash", (await _tool.RunAsync("completion", "bash")).Output);
        (await ToolSandbox.EndAsync(_tool.Start("bash", ["-n", script]))).ShouldSucceed();
    }
}
