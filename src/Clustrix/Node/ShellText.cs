using System.Globalization;
using System.Text;

namespace Clustrix.Node;

/// <summary>The only place where text is made into shell source.</summary>
public static class ShellText
{
    /// <summary>A word of POSIX shell that stands for a text as it is, whatever the text holds but NUL.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A command line of POSIX shell that runs a program with just these arguments.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>A path without blanks and without anything that a list or a message could stumble over: every other byte is <c>\0ooo</c>.</summary>
    internal static string Escape(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            if (IsPlain((char)b))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append(@"\0").Append(Convert.ToString(b, 8).PadLeft(3, '0').ToString(CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    /// <summary>Whether a path can stand in a list of paths, one a line, for any tool.</summary>
    internal static bool IsPlain(string path) => path.All(IsPlain);

    /// <summary>Reads a path in which a node has written some bytes as %XX.</summary>
    internal static string Unescape(string path) => path.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(path) : path;

    // The same set as in the node program's matched().
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "._/+@=,:~-".Contains(c, StringComparison.Ordinal);
}
