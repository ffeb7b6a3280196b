using System.Globalization;
using System.Text.RegularExpressions;

namespace Clustrix.Configuration;

/// <summary>A number of bytes as people write it: <c>512MB</c>, <c>8GB</c>, <c>8GiB</c>, <c>512M</c>, <c>100B</c>. A number needs its unit.</summary>
/// <remarks>KB, MB, GB and TB, and the single letters, are powers of 1,000; KiB, MiB, GiB and TiB are powers of 1,024.</remarks>
public static partial class ByteSize
{
    /// <summary>How a size is written, for messages.</summary>
    public const string Examples = "512MB, 8GB or 8GiB";

    /// <summary>Reads a size.</summary>
    /// <param name="text">The text; blanks around it don't matter, nor does the case of the unit.</param>
    /// <param name="bytes">The number of bytes.</param>
    /// <returns>Whether the text is a size. A bare number is none.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var match = Form().Match(text.Trim());
        if (!match.Success
            || !decimal.TryParse(match.Groups["n"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number > 1_000_000_000_000_000)
        {
            return false;
        }

        var step = match.Groups["i"].Success ? 1024m : 1000m;
        var power = match.Groups["u"].Success ? "KMGT".IndexOf(match.Groups["u"].Value, StringComparison.OrdinalIgnoreCase) + 1 : 0;
        for (; power > 0; power--)
        {
            number *= step;
        }

        if (number > long.MaxValue)
        {
            return false;
        }

        bytes = (long)number;
        return true;
    }

    /// <summary>What to write instead of a text that <see cref="TryParse"/> refuses, in one or two sentences.</summary>
    public static string Remedy(string text)
    {
        var trimmed = text.Trim();
        return trimmed.StartsWith('-') && Form().IsMatch(trimmed[1..]) ? $"It is negative. Write one from 0B on, such as {Examples}."
            : Form().IsMatch(trimmed) ? "It is too large. Write at most 8000000TB."
            : $"Write it with its unit, such as {Examples}.";
    }

    /// <summary>Writes a size for people, with at most one digit behind the point: <c>1.2 GB</c>.</summary>
    public static string Format(long bytes)
    {
        var number = (decimal)bytes;
        var unit = 0;
        while (number >= 1000 && unit < 4)
        {
            number /= 1000;
            unit++;
        }

        return number.ToString("0.#", CultureInfo.InvariantCulture) + " " + new[] { "B", "kB", "MB", "GB", "TB" }[unit];
    }

    [GeneratedRegex(@"^(?<n>\d+(\.\d+)?) ?((?<u>[KMGT])(?<i>i)?B?|B)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
