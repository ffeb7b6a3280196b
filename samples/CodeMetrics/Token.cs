namespace CodeMetrics;

/// <summary>A word, an operator, a literal or one line of a comment.</summary>
/// <param name="Text">The token as it stands; empty for literals, whose content must not be taken for code.</param>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="IsComment">Whether it is a comment's.</param>
internal readonly record struct Token(string Text, int Line, bool IsComment = false);
