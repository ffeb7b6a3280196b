using System.Text.RegularExpressions;

namespace Clustrix.Tests.Conventions;

/// <summary>The links and the headings of one page; what stands in code is neither.</summary>
internal sealed partial class MarkdownPage
{
    private readonly string _prose;

    public MarkdownPage(string text)
    {
        _prose = InlineCode().Replace(Fence().Replace(text, ""), "``");
        Anchors = AnchorsOf(Fence().Replace(text, ""));
    }

    /// <summary>The targets of all links and pictures, as written.</summary>
    public IEnumerable<string> Links => Link().Matches(_prose).Select(match => match.Groups["target"].Value);

    /// <summary>The anchors that the headings get: lower case, blanks as hyphens, punctuation dropped, a number behind the second one.</summary>
    public IReadOnlySet<string> Anchors { get; }

    private static HashSet<string> AnchorsOf(string text)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (var heading in Heading().Matches(text).Select(match => match.Groups["text"].Value))
        {
            var anchor = Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var name = anchor;
            for (var i = 1; !anchors.Add(name); i++)
            {
                name = $"{anchor}-{i}";
            }
        }

        return anchors;
    }

    [GeneratedRegex(@"^ *```.*?^ *```\s*?$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]*`", RegexOptions.CultureInvariant)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.*)$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();
}
