using System.Globalization;

namespace Clustrix.Bench;

/// <summary>How a benchmark writes what it measured.</summary>
internal static class Figures
{
    /// <summary>Writes a line <c>figure NAME VALUE UNIT</c>; a ratio or a count has no unit.</summary>
    public static Task WriteAsync(TextWriter output, string name, double value, string format, string unit) =>
        output.WriteLineAsync($"figure {name} {value.ToString(format, CultureInfo.InvariantCulture)} {unit}".TrimEnd());

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
