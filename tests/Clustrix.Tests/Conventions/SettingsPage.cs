using System.Text.RegularExpressions;

namespace Clustrix.Tests.Conventions;

/// <summary>What a project may set is what docs/settings.md lists, name by name.</summary>
public sealed partial class SettingsPage
{
    private const string Page = "docs/settings.md";

    [Fact]
    public void Every_setting_that_is_read_has_a_row_and_every_row_is_read()
    {
        var known = Name().Matches(Repository.Read("src/Tasks/Input/KnownNames.cs")).Select(match => match.Groups[1].Value)
            .Where(name => !name.EndsWith("DependsOn", StringComparison.Ordinal));
        SettingRows().ShouldBe(known, ignoreOrder: true);
    }

    [Fact]
    public void Every_target_has_a_row_and_every_row_is_a_target()
    {
        var targets = Target().Matches(Repository.Read("src/Tasks/build/Clustrix.MSBuild.targets")).Select(match => match.Groups[1].Value);
        Rows("## Targets").ShouldBe(targets, ignoreOrder: true);
    }

    // The tables of properties and of the metadata of ClustrixItem and ClustrixPayload have four columns, the others fewer.
    private static IEnumerable<string> SettingRows() =>
        Rows("## Properties").Concat(Rows("## Items")).Where(name => !name.StartsWith('@') && !name.Contains('…', StringComparison.Ordinal));

    private static IEnumerable<string> Rows(string section)
    {
        var page = Repository.Read(Page);
        var start = page.IndexOf(section + "\n", StringComparison.Ordinal);
        var end = page.IndexOf("\n## ", start, StringComparison.Ordinal);
        return Row().Matches(page[start..end]).Select(match => match.Groups[1].Value);
    }

    [GeneratedRegex("\"(\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("<Target Name=\"(Clustrix\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Target();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
