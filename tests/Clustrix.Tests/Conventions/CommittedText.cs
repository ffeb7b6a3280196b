using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Clustrix.Tests.Conventions;

/// <summary>What must stand in no committed file, because it is true on one machine only, or is what a merge has left.</summary>
public sealed partial class CommittedText
{
    private static readonly string[] ExampleEndings = [".example", ".test", ".invalid", "example.org", "example.com", "example.net"];

    [Fact]
    public void No_path_of_one_machine_is_committed()
    {
        Matches(MachinePath()).ShouldBeEmpty();
    }

    [Fact]
    public void No_registry_but_the_one_of_nuget_config_is_named()
    {
        var known = XDocument.Load(Path.Combine(Repository.Root, "nuget.config"))
            .Descendants("add")
            .Select(source => new Uri(source.Attribute("value")!.Value).Host)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        Matches(RegistryHost()).Where(found => !IsReserved(found) && !known.Any(host => found.EndsWith(host, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();
    }

    [Fact]
    public void Lines_end_with_a_line_feed_only()
    {
        Repository.Files.Where(file => IsText(file) && Repository.Read(file).Contains('\r', StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void No_merge_is_left_unfinished()
    {
        Matches(ConflictMark()).ShouldBeEmpty();
    }

    private static IEnumerable<string> Matches(Regex forbidden) =>
        from file in Repository.Files
        where IsText(file) && !file.EndsWith("/CommittedText.cs", StringComparison.Ordinal)
        from match in forbidden.Matches(Repository.Read(file))
        select $"{file}: {match.Value}";

    // Names that belong to nobody, for examples.
    private static bool IsReserved(string found) =>
        ExampleEndings.Any(ending => found.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsText(string file) => !file.EndsWith(".png", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<![\w.$)}*-])/(work|root)/\w+", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"https?://[\w.-]*(nuget|npm|pypi|debian|ubuntu|registry|mirror)[\w.-]*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex("^(<{7} .*|>{7} .*|={7})$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex ConflictMark();
}
