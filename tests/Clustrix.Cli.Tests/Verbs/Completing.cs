namespace Clustrix.Cli.Tests.Verbs;

public sealed class Completing : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public Completing()
    {
        // Shells know the tool by its name.
        _tool.WriteScript("bin/clustrix", $"#!/bin/sh\nexec dotnet '{ToolSandbox.Assembly}' \"$@\"\n");
        _tool.Environment["PATH"] = $"{_tool["bin"]}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_has_its_script(string shell)
    {
        (await _tool.RunAsync("completion", shell)).ShouldSucceed().Output.ShouldContain("[suggest");
    }

    [Fact]
    public async Task Verbs_and_options_are_suggested()
    {
        (await _tool.RunAsync("[suggest:11]", "clustrix st")).ShouldSucceed().Output.ShouldBe("status\n");
        (await _tool.RunAsync("[suggest:23]", "clustrix status --store")).ShouldSucceed().Output.ShouldBe("--store-root\n");
    }

    [Theory]
    [InlineData("[suggest:999]", "clustrix st")]
    [InlineData("[suggest:-1]", "clustrix st")]
    [InlineData("[suggest:x]")]
    [InlineData("[")]
    public async Task A_shell_that_asks_strangely_is_not_bothered(params string[] request)
    {
        (await _tool.RunAsync(request)).ShouldSucceed().Error.ShouldBeEmpty();
    }

    [ShellFact("bash")]
    public async Task The_tab_key_completes_in_bash()
    {
        await CompleteAsync("bash --norc --noprofile -i", "eval \"$(clustrix completion bash)\"");
    }

    [ShellFact("zsh")]
    public async Task The_tab_key_completes_in_zsh()
    {
        await CompleteAsync("zsh -f -i", "autoload -U compinit; compinit -u -D; eval \"$(clustrix completion zsh)\"");
    }

    [ShellFact("fish")]
    public async Task Words_are_completed_in_fish()
    {
        (await ToolSandbox.EndAsync(_tool.Start("fish", ["--no-config", "-c", "clustrix completion fish | source; complete -C 'clustrix stat'; complete -C 'clustrix status --store'"])))
            .ShouldSucceed().Output.Split('\n').ShouldBe(["status", "--store-root", ""]);
    }

    // What is typed here is one verb and one option, each only begun.
    private async Task CompleteAsync(string shell, string set)
    {
        var terminal = _tool.Start("script", ["-qec", $"stty cols 200 rows 50; exec {shell}", "/dev/null"], keepInput: true);
        await TypeAsync($"{set}; echo rea''dy\r");
        await ToolSandbox.WaitForScreenAsync(terminal, "ready");
        await TypeAsync("clustrix stat\t--store\t/proc/nowhere\r");
        await ToolSandbox.WaitForScreenAsync(terminal, "CLX3003");
        await TypeAsync("exit\r");
        await ToolSandbox.EndAsync(terminal);

        async Task TypeAsync(string keys)
        {
            await terminal.StandardInput.WriteAsync(keys);
            await terminal.StandardInput.FlushAsync();
        }
    }
}
