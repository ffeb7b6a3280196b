using Clustrix.Configuration;
using Clustrix.Testing;

namespace Clustrix.Tests.Conventions;

/// <summary>Nothing stands in a page as code that isn't run, compiled or read by a test. Text is what a program prints, or a picture.</summary>
public sealed class CodeInPages
{
    private const string Text = "text";

    // Page and language, and the test that takes all such blocks of the page.
    private static readonly Dictionary<(string Page, string Language), string> Checks = new()
    {
        [("README.md", "csharp")] = "the program by CodeOfTheManual, the script by ScriptsInPages",
        [("README.md", "sh")] = "CodeOfTheManual",
        [("README.md", "xml")] = "CodeOfTheManual",
        [("docs/settings.md", "json")] = "here",
        [("docs/tool.md", "sh")] = "CodeOfThePage",
        [("samples/CodeMetrics/README.md", "sh")] = "CodeOfTheManual",
        [("samples/Hello/README.md", "sh")] = "CodeOfTheManual",
        [("src/Cake.Clustrix/README.md", "csharp")] = "ScriptsInPages",
        [("src/Tasks/README.md", "sh")] = "CodeOfTheManual",
        [("src/Tasks/README.md", "xml")] = "CodeOfTheManual",
    };

    [Fact]
    public void Every_block_is_checked_by_a_test()
    {
        Repository.FilesUnder("", ".md").SelectMany(page => CodeBlock.Of(page))
            .Where(block => block.Language != Text && !Checks.ContainsKey((block.Page, block.Language)))
            .Select(block => $"{block.Page}({block.Line}): no test takes '{block.Language}'")
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_check_is_left_without_a_block()
    {
        Checks.Keys.Where(check => CodeBlock.Of(check.Page, check.Language).Count == 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_clustrix_json_in_a_page_is_one()
    {
        using var directory = new TempDirectory();
        foreach (var block in CodeBlock.Of("docs/settings.md", "json"))
        {
            var path = directory.Write(ConfigurationFile.FileName, block.Text);

            var file = await ConfigurationFile.ReadAsync(path, SettingLayer.ProjectFile, CancellationToken.None);

            ResolvedSettings.Resolve([], new Dictionary<string, string>(), [file]).Text(SettingsSchema.Cluster).ShouldBe("nightly");
        }
    }
}
