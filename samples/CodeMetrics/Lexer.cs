using System.Text.RegularExpressions;

namespace CodeMetrics;

/// <summary>Splits C# into tokens, well enough to count: literals and comments are told from code, preprocessor lines are passed over.</summary>
internal static partial class Lexer
{
    public static IEnumerable<Token> Tokens(string text)
    {
        var line = 1;
        foreach (Match match in Form().Matches(text))
        {
            var token = match.Value;
            var lines = token.Count(c => c == '\n');
            if (token.StartsWith("//", StringComparison.Ordinal) || token.StartsWith("/*", StringComparison.Ordinal))
            {
                for (var i = 0; i <= lines; i++)
                {
                    yield return new Token("", line + i, IsComment: true);
                }
            }
            else if (token.Contains('"', StringComparison.Ordinal) || token[0] == '\'')
            {
                for (var i = 0; i <= lines; i++)
                {
                    yield return new Token("", line + i);
                }
            }
            else if (!char.IsWhiteSpace(token[0]) && token[0] != '#')
            {
                yield return new Token(token, line);
            }

            line += lines;
        }
    }

    // In this order: comments, raw, verbatim and plain strings, characters, preprocessor lines, words, operators, blanks, anything else.
    [GeneratedRegex("""
        //[^\n]*
        |/\*[\s\S]*?\*/
        |\$*(?<q>"{3,})[\s\S]*?\k<q>
        |(\$@|@\$|@)"([^"]|"")*"
        |\$?"(\\.|[^"\\\n])*"
        |'(\\.[^']*|[^'\\\n])'
        |\#[^\n]*
        |\w+
        |&&|\|\||\?\?|=>
        |\s+
        |.
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
