using System.Text.RegularExpressions;
using Clustrix.Diagnostics;

namespace Clustrix.Tests.Conventions;

public sealed partial class ErrorPages
{
    private const string Folder = "docs/errors/";

    private static readonly string[] Sections = ["## What happened", "## Why", "## What to do", "## Example"];

    [Fact]
    public void Every_code_has_a_page_and_every_page_a_code()
    {
        Repository.FilesUnder(Folder, ".md")
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "README")
            .ShouldBe(Enum.GetValues<ErrorCode>().Select(code => code.ToText()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_page_says_what_happened_why_and_what_to_do_and_shows_the_message()
    {
        foreach (var code in Enum.GetValues<ErrorCode>().Select(code => code.ToText()))
        {
            var page = Repository.Read($"{Folder}{code}.md");
            page.ShouldStartWith($"# {code}: ");
            page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ShouldBe(Sections, code);
            ExampleOf(code).IsMatch(page).ShouldBeTrue($"{code}.md shows no message with its code");
        }
    }

    [Fact]
    public void Every_code_is_provoked_by_a_test()
    {
        var tests = string.Concat(Repository.FilesUnder("tests/", ".cs").Select(Repository.Read));

        Enum.GetValues<ErrorCode>().Where(code => !Regex.IsMatch(tests, $@"\b(ErrorCode\.{code}|{code.ToText()})\b")).ShouldBeEmpty();
    }

    [Fact]
    public void The_index_lists_every_page_under_its_title()
    {
        var index = Repository.Read(Folder + "README.md");
        foreach (var code in Enum.GetValues<ErrorCode>().Select(code => code.ToText()))
        {
            var title = Repository.Read($"{Folder}{code}.md").Split('\n')[0][$"# {code}: ".Length..];
            index.ShouldContain($"[{code}]({code}.md) | {title} |");
        }
    }

    [Fact]
    public void Codes_named_in_a_page_exist()
    {
        var codes = Enum.GetValues<ErrorCode>().Select(code => code.ToText()).ToHashSet();
        Repository.FilesUnder("", ".md")
            .SelectMany(file => Code().Matches(Repository.Read(file)).Select(match => (file, match.Value)))
            .Where(use => !codes.Contains(use.Value))
            .ShouldBeEmpty();
    }

    private static Regex ExampleOf(string code) => new($"```text\n[^`]*(error|warning) {code}: ", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"CLX\d{4}", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
