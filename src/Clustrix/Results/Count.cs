using System.Globalization;

namespace Clustrix.Results;

/// <summary>Writes a number with its noun.</summary>
public static class Count
{
    /// <summary>Such as <c>1 item</c>, <c>2 items</c>.</summary>
    public static string Of(long number, string noun) => string.Create(CultureInfo.InvariantCulture, $"{number} {noun}{(number == 1 ? "" : "s")}");
}
