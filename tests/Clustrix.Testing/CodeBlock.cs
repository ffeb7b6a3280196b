using System.Text.RegularExpressions;

namespace Clustrix.Testing;

/// <summary>A fenced block of code in a page.</summary>
/// <param name="Page">The page, relative to the repository.</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Text">The code.</param>
public sealed partial record CodeBlock(string Page, int Line, string Language, string Text)
{
    public static IReadOnlyList<CodeBlock> Of(string page)
    {
        var text = File.ReadAllText(Repository.At(page));
        return
        [
            .. Fence().Matches(text).Select(match => new CodeBlock(
                page, text.AsSpan(0, match.Index).Count('\n') + 1, match.Groups["language"].Value.Trim(), match.Groups["code"].Value)),
        ];
    }

    /// <summary>The blocks of a page in one language.</summary>
    public static IReadOnlyList<CodeBlock> Of(string page, string language) => [.. Of(page).Where(block => block.Language == language)];

    /// <summary>The first line of the code: what tells the blocks of a page apart.</summary>
    public string FirstLine => Text.Split('\n')[0].Split(" #")[0].TrimEnd();

    [GeneratedRegex(@"^```(?<language>[^\n]*)\n(?<code>.*?)^```\s*?$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Fence();
}
