using System.Globalization;
using System.Text.RegularExpressions;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Reads the metadata of one item. What can't be read becomes a problem, and the fallback is taken so that the reading goes on.</summary>
internal sealed partial class Metadata(ITaskItem item, string itemType, ProjectSources sources, ICollection<Problem> problems)
{
    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>A value as it stands, without the blanks around it; empty when it isn't set.</summary>
    public string Text(string name) => item.GetMetadata(name).Trim();

    /// <summary>The parts of a value between semicolons. A semicolon within a part is written <c>%3B</c>.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. Escaped(name)
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => EscapedCharacter().Replace(part, static match => ((char)Convert.ToByte(match.Value[1..], 16)).ToString()))];

    /// <summary>The parts of a value that a setting checks.</summary>
    public IReadOnlyList<string> Words(Setting setting)
    {
        var words = List(setting.Name);
        foreach (var fault in words.Select(setting.Fault).OfType<string>())
        {
            Report(setting.FaultCode, setting.Name, fault);
        }

        return words;
    }

    /// <summary>The parts of a value that reads <c>A=1;B=2</c>; the last one of a name counts.</summary>
    public IReadOnlyDictionary<string, string> Pairs(string name)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in List(name))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                Report(ErrorCode.BadValue, name, $"'{part}' isn't a variable for {name}. Write NAME=value, with semicolons between several.");
                continue;
            }

            pairs[part[..equals]] = part[(equals + 1)..];
        }

        return pairs;
    }

    /// <summary>A length of time with its unit.</summary>
    public TimeSpan Duration(string name, TimeSpan fallback) =>
        Read(name, fallback, Configuration.Duration.TryParse, ErrorCode.BadDuration, text => $"isn't a length of time for {name}. {Configuration.Duration.Remedy(text)}");

    /// <summary>A number of bytes with its unit.</summary>
    public long Size(string name, long fallback) =>
        Read(name, fallback, ByteSize.TryParse, ErrorCode.BadSize, text => $"isn't a size for {name}. {ByteSize.Remedy(text)}");

    /// <summary>A whole number.</summary>
    public int Integer(string name, int fallback) =>
        Read(name, fallback, TryParseInteger, ErrorCode.BadValue, _ => $"isn't a whole number for {name}.");

    private static bool TryParseInteger(string text, out int value) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private T Read<T>(string name, T fallback, TryParse<T> tryParse, ErrorCode code, Func<string, string> complaint)
    {
        var text = Text(name);
        if (text.Length == 0)
        {
            return fallback;
        }

        if (tryParse(text, out var value))
        {
            return value;
        }

        Report(code, name, $"'{text}' {complaint(text)}");
        return fallback;
    }

    private string Escaped(string name) => item is ITaskItem2 escaped ? escaped.GetMetadataValueEscaped(name) : item.GetMetadata(name);

    private void Report(ErrorCode code, string name, string message)
    {
        var place = sources.Of(item, itemType, name);
        problems.Add(new Problem(code, $"{itemType} '{item.ItemSpec}': {message}", place.File, place.Line, place.Column));
    }

    [GeneratedRegex("%[0-9a-fA-F]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex EscapedCharacter();
}
