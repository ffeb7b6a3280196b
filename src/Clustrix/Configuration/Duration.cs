using System.Globalization;
using System.Text.RegularExpressions;

namespace Clustrix.Configuration;

/// <summary>A length of time as people write it: <c>90s</c>, <c>15m</c>, <c>2h</c>, <c>1d</c>, <c>500ms</c>, <c>1h30m</c> or <c>01:30:00</c>. A number needs its unit.</summary>
public static partial class Duration
{
    /// <summary>How a duration is written, for messages.</summary>
    public const string Examples = "90s, 15m, 1h30m or 01:30:00";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1000);

    /// <summary>Reads a duration.</summary>
    /// <param name="text">The text; blanks around it don't matter.</param>
    /// <param name="value">The duration, never negative and at most 1,000 days.</param>
    /// <returns>Whether the text is a duration. A bare number is none.</returns>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var trimmed = text.Trim();
        if (Clock().IsMatch(trimmed))
        {
            return TimeSpan.TryParseExact(trimmed, [@"h\:mm\:ss", @"hh\:mm\:ss", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out value) && value <= Longest;
        }

        var match = Parts().Match(trimmed);
        if (!match.Success)
        {
            return false;
        }

        var seconds = 0m;
        for (var i = 0; i < match.Groups["n"].Captures.Count; i++)
        {
            if (!decimal.TryParse(match.Groups["n"].Captures[i].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                || number > 100_000_000)
            {
                return false;
            }

            seconds += number * SecondsOf(match.Groups["u"].Captures[i].Value);
        }

        if (seconds > (decimal)Longest.TotalSeconds)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>What to write instead of a text that <see cref="TryParse"/> refuses, in one or two sentences.</summary>
    public static string Remedy(string text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith('-') && (Parts().IsMatch(trimmed[1..]) || Clock().IsMatch(trimmed[1..])) ? $"It is negative. Write one above zero, such as {Examples}."
            : Parts().IsMatch(trimmed) ? $"It is too long. Write at most {Format(Longest)}."
            : Clock().IsMatch(trimmed) ? "Write hours below 24, minutes and seconds below 60, and days in front of a point: 2.01:30:00."
            : $"Write it with its unit, such as {Examples}.";
    }

    /// <summary>Writes a duration so that <see cref="TryParse"/> reads it back: <c>1h30m</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        var parts = new List<string>();
        Add(value.Days, "d");
        Add(value.Hours, "h");
        Add(value.Minutes, "m");
        var seconds = (value.Ticks % TimeSpan.TicksPerMinute) / (decimal)TimeSpan.TicksPerSecond;
        if (seconds != 0 || parts.Count == 0)
        {
            parts.Add(seconds.ToString("0.#######", CultureInfo.InvariantCulture) + "s");
        }

        return string.Concat(parts);

        void Add(int number, string unit)
        {
            if (number != 0)
            {
                parts.Add(number.ToString(CultureInfo.InvariantCulture) + unit);
            }
        }
    }

    private static decimal SecondsOf(string unit) => unit switch
    {
        "ms" => 0.001m,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => 86400,
    };

    [GeneratedRegex(@"^(\d+\.)?\d{1,2}:\d\d:\d\d$", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^((?<n>\d+(\.\d+)?)(?<u>ms|s|m|h|d))+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();
}
