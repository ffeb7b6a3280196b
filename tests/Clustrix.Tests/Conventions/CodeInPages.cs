using System.Text.RegularExpressions;
using Clustrix.Configuration;
using Clustrix.Runs;
using Clustrix.Runtimes;
using Clustrix.Testing;

namespace Clustrix.Tests.Conventions;

/// <summary>Nothing stands in a page as code that isn't run, compiled or read by a test. Text is what a program prints, or a picture.</summary>
public sealed partial class CodeInPages
{
    private const string Text = "text";
    private const string Shell = "sh";

    // Page and language, and the test that takes all such blocks of the page.
    private static readonly Dictionary<(string Page, string Language), string> Checks = new()
    {
        [("README.md", "csharp")] = "the programs by CodeOfTheManual and Packaging, the scripts by ScriptsInPages",
        [("README.md", "xml")] = "CodeOfTheManual",
        [("docs/settings.md", "json")] = "here",
        [("docs/slurm.md", "json")] = "here",
        [("docs/settings.md", "yaml")] = "here",
        [("docs/ssh.md", "json")] = "here",
        [("src/Cake.Clustrix/README.md", "csharp")] = "ScriptsInPages",
        [("src/Tasks/README.md", "xml")] = "CodeOfTheManual",
    };

    // What a reader would type: page and first line, and the test that runs the block.
    private static readonly Dictionary<(string Page, string FirstLine), string> Runs = new()
    {
        [("README.md", "dotnet build samples/CodeMetrics -t:ClustrixRun")] = "AFreshClone",
        [("README.md", "dotnet tool install --global Clustrix.Cli")] = "Packaging",
        [("README.md", "dotnet build -t:ClustrixRun")] = "CodeOfTheManual",
        [("README.md", "clustrix run --payload words --outputs count.txt -- sh -c 'wc -w words/*.txt > count.txt'")] = "Packaging",
        [("README.md", "clustrix run sweep.cs --items 4")] = "Packaging",
        [("docs/tool.md", "printf 'one two\\n' >words.txt")] = "CodeOfThePage",
        [("samples/Cake/README.md", "dotnet tool restore")] = "ScriptsInPages",
        [("samples/CodeMetrics/README.md", "dotnet build samples/CodeMetrics -t:ClustrixRun")] = "AFreshClone",
        [("samples/Hello/README.md", "dotnet build samples/Hello -t:ClustrixRun")] = "AFreshClone",
        [("samples/SshPool/README.md", "dotnet build samples/SshPool -t:ClustrixRun")] = "SshPool",
        [("src/Tasks/README.md", "dotnet build -t:ClustrixRun")] = "CodeOfTheManual",
    };

    [Fact]
    public void Every_command_is_run_by_a_test()
    {
        Blocks().Where(block => block.Language == Shell).Select(block => (block.Page, block.FirstLine)).ShouldBe(Runs.Keys, ignoreOrder: true);
    }

    [Fact]
    public void No_command_is_passed_off_as_text()
    {
        // Its page says why it can't be run here.
        Blocks().Where(block => block.Language is Text or "" && Command().IsMatch(block.Text))
            .Select(block => block.Page)
            .ShouldBe(["samples/Frosting/README.md"]);
    }

    [Fact]
    public void Every_block_is_checked_by_a_test()
    {
        Blocks()
            .Where(block => block.Language is not (Text or Shell) && !Checks.ContainsKey((block.Page, block.Language)))
            .Select(block => $"{block.Page}({block.Line}): no test takes '{block.Language}'")
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_check_is_left_without_a_block()
    {
        Checks.Keys.Where(check => CodeBlock.Of(check.Page, check.Language).Count == 0).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_page_has_ci_keep_is_the_file_that_a_run_writes()
    {
        var options = RunOptions.Of(
            ResolvedSettings.Defaults, ResolvedSettings.Defaults.CacheDirectory("/", new Dictionary<string, string> { ["HOME"] = "/home" }), new LocalRuntime(new Dictionary<string, string>(), (_, _) => throw new InvalidOperationException()));

        CodeBlock.Of("docs/settings.md", "yaml").ShouldHaveSingleItem().Text.ShouldContain($"path: {options.HistoryFile.Replace("/home", "~", StringComparison.Ordinal)}\n");
    }

    [Fact]
    public async Task Every_clustrix_json_in_a_page_is_one()
    {
        using var directory = new TempDirectory();
        foreach (var (page, cluster) in ((string, string)[])[("docs/settings.md", "nightly"), ("docs/slurm.md", "hpc"), ("docs/ssh.md", "farm")])
        {
            foreach (var block in CodeBlock.Of(page, "json"))
            {
                var path = directory.Write(ConfigurationFile.FileName, block.Text);

                var file = await ConfigurationFile.ReadAsync(path, SettingLayer.ProjectFile, CancellationToken.None);

                ResolvedSettings.Resolve([], new Dictionary<string, string>(), [file]).Text(SettingsSchema.Cluster).ShouldBe(cluster);
            }
        }
    }

    private static IEnumerable<CodeBlock> Blocks() => Repository.FilesUnder("", ".md").SelectMany(page => CodeBlock.Of(page));

    [GeneratedRegex(@"^(\$ )?(dotnet |clustrix (?!:)|eng/|bench/|git |sudo |apt)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Command();
}
