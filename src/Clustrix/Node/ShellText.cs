using System.Globalization;
using System.Text;
using Clustrix.Workloads;

namespace Clustrix.Node;

/// <summary>The only place where text is made into shell source.</summary>
public static class ShellText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A word of POSIX shell that stands for a text as it is, whatever the text holds but NUL.</summary>
    public static string Quote(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    /// <summary>A command line of POSIX shell that runs a program with just these arguments.</summary>
    public static string Join(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>A command of POSIX shell that gives a variable a value and hands it on.</summary>
    /// <exception cref="ArgumentException">No shell can export a variable of that name.</exception>
    internal static string Export(string name, string value) => VariableName.IsExportable(name)
        ? $"export {name}={Quote(value)}"
        : throw new ArgumentException($"'{name}' isn't the name of a variable.", nameof(name));

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

    /// <summary>Reads a path in which a node has written some bytes as %XX. In one that isn't UTF-8, what a message could stumble over stays so.</summary>
    internal static string Unescape(string path) => TryUnescape(path, out var text) ? text : text;

    /// <summary>As above.</summary>
    /// <returns>Whether the path is UTF-8.</returns>
    internal static bool TryUnescape(string path, out string text)
    {
        text = path;
        if (!path.Contains('%', StringComparison.Ordinal))
        {
            return true;
        }

        var bytes = BytesOf(path);
        try
        {
            text = StrictUtf8.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = string.Concat(bytes.Select(b => IsPlain((char)b) ? ((char)b).ToString() : $"%{b:X2}"));
            return false;
        }
    }

    private static byte[] BytesOf(string escaped)
    {
        var bytes = new List<byte>(escaped.Length);
        for (var position = 0; position < escaped.Length; position++)
        {
            if (escaped[position] == '%')
            {
                bytes.Add(byte.Parse(escaped.AsSpan(position + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                position += 2;
            }
            else
            {
                bytes.Add(char.IsAscii(escaped[position]) ? (byte)escaped[position] : throw new FormatException());
            }
        }

        return [.. bytes];
    }

    // The same set as in the node program's matched().
    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "._/+@=,:~-".Contains(c, StringComparison.Ordinal);
}
