using System.Text.RegularExpressions;
using System.Xml.Linq;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

/// <summary>The scripts in pages, and the examples that the addin's documentation is made of.</summary>
[Collection(ScriptCollection.Name)]
public sealed partial class ScriptsInPages(PackedAddin addin)
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("src/Cake.Clustrix/README.md")]
    public async Task Every_script_in_a_page_runs(string page)
    {
        foreach (var block in CodeBlock.Of(page, "csharp").Where(block => block.Text.StartsWith("#addin", StringComparison.Ordinal)))
        {
            using var scripts = new ScriptDirectory(addin);
            scripts.Write("words/english.txt", "one two three");
            scripts.Write("words/german.txt", "eins zwei");
            scripts.Write("page.cake", block.Text);

            var outcome = await scripts.RunAsync("page.cake");

            outcome.ExitCode.ShouldBe(0, outcome.Output);
            if (!block.Text.Contains("ClustrixRun(", StringComparison.Ordinal))
            {
                continue;
            }

            Directory.EnumerateFiles(scripts["artifacts/clustrix"], "*.txt", SearchOption.AllDirectories).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task The_commands_of_the_samples_page_run()
    {
        using var scripts = new ScriptDirectory(addin);
        scripts.Write("nuget.config", addin.NuGetConfigWithTools());

        var outcome = await scripts.ShellAsync(CodeBlock.Of("samples/Cake/README.md", "sh").Single().Text);

        outcome.ExitCode.ShouldBe(0, outcome.Output);
        Directory.EnumerateFiles(scripts["artifacts/clustrix"], "*.txt", SearchOption.AllDirectories).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Every_example_of_an_alias_compiles()
    {
        using var scripts = new ScriptDirectory(addin);
        var examples = XDocument.Parse(addin.Text("lib/net10.0/Cake.Clustrix.xml")).Descendants("example").Select(example => Margin().Replace(example.Value, "")).ToList();
        scripts.Write("examples.cake", $"""
            #addin nuget:?package=Cake.Clustrix&version=0.1.0
            {string.Join('\n', examples)}
            Task("None");
            RunTarget("None");
            """);

        var outcome = await scripts.RunAsync("examples.cake");

        outcome.ExitCode.ShouldBe(0, outcome.Output);
        examples.Count.ShouldBe(10);
    }

    [GeneratedRegex("^ +", RegexOptions.Multiline)]
    private static partial Regex Margin();
}
