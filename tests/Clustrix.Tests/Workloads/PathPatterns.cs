using Clustrix.Workloads;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Workloads;

public sealed class PathPatterns
{
    [Theory]
    [InlineData("a.txt", "a.txt", true)]
    [InlineData("a.txt", "b.txt", false)]
    [InlineData("A.txt", "a.txt", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", ".hidden", false)]
    [InlineData("?x", ".x", false)]
    [InlineData("[.]x", ".x", false)]
    [InlineData(".*", ".hidden", true)]
    [InlineData("a", "a/b/.c", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*/c", "a/b", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("*.trx", "x.trx", true)]
    [InlineData("*.trx", "x.trx2", false)]
    [InlineData("a*b*c", "axxbxbyc", true)]
    [InlineData("a*b*c", "axxbxby", false)]
    [InlineData("?", "ü", true)]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[!a-c]x", "ax", false)]
    [InlineData("[]]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[[]", "[", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("*[0-9]", "log12", true)]
    [InlineData("out/*.log", "out/a.log", true)]
    [InlineData("out/*.log", "out/b/a.log", false)]
    [InlineData("out/", "out/a", true)]
    [InlineData("out/", "out/a/b", true)]
    [InlineData("out/", "out", false)]
    [InlineData("out/**", "out/a/b", true)]
    [InlineData("out/**", "out", false)]
    [InlineData("out/**", "out/.a/.b", true)]
    [InlineData("**/x", ".a/x", false)]
    [InlineData("**/x", ".a", false)]
    [InlineData(".a/**/x", ".a/b/x", true)]
    [InlineData("**", "a/b/c", true)]
    [InlineData("**/x", "x", true)]
    [InlineData("**/x", "a/b/x", true)]
    [InlineData("**/x", "a/b/xy", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "b/z", false)]
    [InlineData("**/b/**/d", "a/b/c/b/d", true)]
    [InlineData("a b/'c'", "a b/'c'", true)]
    public void A_pattern_matches_as_in_a_shell(string pattern, string path, bool expected) =>
        Parse(pattern).Matches(path).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/abs")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a**")]
    [InlineData("**b/c")]
    [InlineData("***")]
    [InlineData("[")]
    [InlineData("a[b")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[^a]")]
    [InlineData("[[:digit:]]")]
    [InlineData("[a/b]")]
    public void A_pattern_that_cannot_be_one_says_why(string text)
    {
        PathPattern.TryParse(text, out var pattern, out var fault).ShouldBeFalse();

        pattern.ShouldBeNull();
        fault.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void The_segments_are_what_lies_between_the_slashes()
    {
        Parse("a/**/[x-z]*.log").Segments.ShouldBe(["a", "**", "[x-z]*.log"]);
        Parse("a/b/").Segments.ShouldBe(["a", "b", "**"]);
        Parse("a/b/").Text.ShouldBe("a/b/");
    }

    [Fact]
    public void Whatever_is_no_pattern_character_matches_itself() =>
        Prop.ForAll(Paths().ToArbitrary(), path => Parse(path).Matches(path) && Parse("**").Matches(path))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_star_stands_for_any_part_of_a_name_but_a_leading_dot() =>
        Prop.ForAll(Paths().ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (path, choice) =>
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            var cut = choice % (name.Length + 1);
            var directory = path[..^name.Length];
            return Parse($"{directory}{name[..cut]}*").Matches(path) == (cut > 0 || name[0] != '.')
                && Parse($"{directory}*{name[cut..]}").Matches(path) == (name[0] != '.');
        }).QuickCheckThrowOnFailure();

    private static PathPattern Parse(string text) =>
        PathPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw new ArgumentException(fault, nameof(text));

    private static Gen<string> Paths() =>
        from names in Gen.Elements("a", "b", "-", ".x", " ", "'", "ü", "]").NonEmptyListOf().Select(string.Concat).NonEmptyListOf()
        select string.Join('/', names);
}
