namespace Clustrix.Cli.Tests.Verbs;

public sealed class Helping : IDisposable
{
    private static readonly string[] Verbs =
    [
        "run", "snapshot", "hash", "diff", "push", "status", "watch", "logs", "attach", "cancel", "collect", "clean", "preflight", "repro",
        "config", "init", "completion",
    ];

    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Every_verb_is_listed_and_has_its_own_help()
    {
        var help = (await _tool.RunAsync("--help")).ShouldSucceed().Output;
        (await _tool.RunAsync()).ShouldSucceed().Output.ShouldBe(help);
        foreach (var verb in Verbs)
        {
            help.ShouldContain($"\n  {verb} ");
            (await _tool.RunAsync(verb, "--help")).ShouldSucceed().Output.ShouldContain($"clustrix {verb}");
        }
    }

    [Fact]
    public async Task The_version_is_a_number_and_nothing_else()
    {
        (await _tool.RunAsync("--version")).ShouldSucceed().Output.ShouldMatch("^\\d+\\.\\d+\\.\\d+\n$");
    }
}
