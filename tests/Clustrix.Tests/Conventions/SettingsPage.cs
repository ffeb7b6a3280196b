using System.Text.RegularExpressions;
using Clustrix.Configuration;

namespace Clustrix.Tests.Conventions;

/// <summary>What a project may set is what docs/settings.md lists, name by name.</summary>
public sealed partial class SettingsPage
{
    private const string Page = "docs/settings.md";

    [Fact]
    public void The_table_of_settings_is_the_schema()
    {
        Section("## All settings").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(SettingsSchema.All.Select(RowOf));
    }

    [Fact]
    public void Every_other_name_that_a_build_reads_has_a_row_and_every_row_is_read()
    {
        var known = Name().Matches(Repository.Read("src/Tasks/Input/KnownNames.cs")).Select(match => match.Groups[1].Value)
            .Where(name => !name.EndsWith("DependsOn", StringComparison.Ordinal));
        BuildRows().ShouldBe(known, ignoreOrder: true);
    }

    [Fact]
    public void Every_target_has_a_row_and_every_row_is_a_target()
    {
        var targets = Target().Matches(Repository.Read("src/Tasks/build/Clustrix.MSBuild.targets")).Select(match => match.Groups[1].Value);
        Rows("## Targets").ShouldBe(targets, ignoreOrder: true);
    }

    [Fact]
    public void The_manual_names_every_target_with_its_alias_and_its_verb()
    {
        var rows = Step().Matches(Repository.Read("README.md"))
            .Select(match => (Target: match.Groups["target"].Value, Alias: match.Groups["alias"].Value, Verb: match.Groups["verb"].Value))
            .ToList();

        rows.Select(row => row.Target).ShouldBe(Target().Matches(Repository.Read("src/Tasks/build/Clustrix.MSBuild.targets")).Select(match => match.Groups[1].Value), ignoreOrder: true);
        rows.Select(row => row.Alias).ShouldBe(rows.Select(row => row.Target));
        rows.Select(row => char.ToUpperInvariant(row.Verb[0]) + row.Verb[1..]).ShouldBe(rows.Select(row => row.Target["Clustrix".Length..]));
        rows.Select(row => $"src/Clustrix.Cli/Commands/{row.Target["Clustrix".Length..]}Verb.cs").Except(Repository.Files).ShouldBeEmpty();
        rows.Select(row => $"src/Cake.Clustrix/ClustrixAliases.{row.Target["Clustrix".Length..]}.cs").Except(Repository.Files).ShouldBeEmpty();
    }

    private static IEnumerable<string> BuildRows() =>
        Rows("## Properties of a build").Concat(Rows("## Items")).Where(name => !name.StartsWith('@') && !name.Contains('…', StringComparison.Ordinal));

    private static string RowOf(Setting setting) =>
        $"| `{setting.Name}` | {setting.Scope.ToString().ToLowerInvariant()} | {Takes(setting)} | {DefaultOf(setting)} | {setting.Help} |";

    private static string Takes(Setting setting) => setting.Kind switch
    {
        SettingKind.Directory => "a directory",
        SettingKind.File => "a file",
        SettingKind.Choice => string.Join(", ", setting.Choices!.Select(choice => $"`{choice}`")),
        SettingKind.Switch => "`true` or `false`",
        SettingKind.Count => $"a whole number from {setting.Minimum} on",
        SettingKind.Duration => "a length of time",
        SettingKind.Size => "a size",
        SettingKind.List => "a list of texts",
        _ => "text",
    };

    private static string DefaultOf(Setting setting) => setting.Default is null ? "none" : setting.Default.Length == 0 ? "empty" : $"`{setting.Default}`";

    private static IEnumerable<string> Rows(string section) => Row().Matches(Section(section)).Select(match => match.Groups[1].Value);

    private static string Section(string heading)
    {
        var page = Repository.Read(Page);
        var start = page.IndexOf(heading + "\n", StringComparison.Ordinal);
        var end = page.IndexOf("\n## ", start, StringComparison.Ordinal);
        return page[start..end];
    }

    [GeneratedRegex("\"(\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\| [^|`]+ \| `(?<target>Clustrix\w+)` \| `(?<alias>\w+)` \| `clustrix (?<verb>\w+)` \|$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Step();

    [GeneratedRegex("<Target Name=\"(Clustrix\\w+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Target();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Row();
}
