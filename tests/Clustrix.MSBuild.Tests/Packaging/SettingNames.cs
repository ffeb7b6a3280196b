using System.Text.RegularExpressions;
using Clustrix.MSBuild.Input;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Packaging;

/// <summary>A property is known to the check of names, read by the targets and described in the table of settings, or it is none of these.</summary>
public sealed partial class SettingNames
{
    [Fact]
    public void Every_property_that_the_targets_read_is_known_and_every_known_one_is_read()
    {
        // The environment hash is a result, not a setting.
        var read = Files("src/Tasks/build").SelectMany(text => Property().Matches(text).Select(match => match.Groups[1].Value)).Except(["ClustrixEnvironmentHash"]);

        read.Distinct().Order(StringComparer.Ordinal).ShouldBe(KnownNames.Properties.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_known_name_has_a_row_in_the_table_of_settings()
    {
        var table = File.ReadAllText(Repository.At("docs/settings.md"));

        KnownNames.OfBuilds.Concat(KnownNames.Item).Concat(KnownNames.Payload).Where(name => !table.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_target_has_a_row_in_the_table_of_settings_and_an_outer_build()
    {
        var table = File.ReadAllText(Repository.At("docs/settings.md"));
        var inner = Targets("src/Tasks/build");

        inner.Where(target => !table.Contains($"| `{target}` |", StringComparison.Ordinal)).ShouldBeEmpty();
        Targets("src/Tasks/buildMultiTargeting").ShouldBe(inner);
    }

    private static List<string> Targets(string directory) =>
        [.. Files(directory).SelectMany(text => Target().Matches(text).Select(match => match.Groups[1].Value)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(Repository.At(directory)).Select(File.ReadAllText);

    [GeneratedRegex(@"\$\((Clustrix\w+)\)")]
    private static partial Regex Property();

    [GeneratedRegex(@"<Target Name=""(Clustrix\w+)""")]
    private static partial Regex Target();
}
