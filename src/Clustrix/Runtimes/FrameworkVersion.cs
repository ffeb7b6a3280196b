using System.Globalization;

namespace Clustrix.Runtimes;

/// <summary>The version of a .NET framework, such as <c>10.0.1</c> or <c>10.0.0-rc.2.25502.107</c>.</summary>
/// <param name="Number">Major, minor and patch.</param>
/// <param name="Label">What is behind the hyphen of a preview; empty for a release.</param>
internal sealed record FrameworkVersion(Version Number, string Label) : IComparable<FrameworkVersion>
{
    /// <summary>Reads a version; null when the text is none.</summary>
    public static FrameworkVersion? TryParse(string text)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        return Version.TryParse(hyphen < 0 ? text : text[..hyphen], out var number) && number.Build >= 0
            ? new FrameworkVersion(number, hyphen < 0 ? "" : text[(hyphen + 1)..])
            : null;
    }

    /// <summary>A preview comes before its release, and the parts of labels are compared one by one, numbers as numbers.</summary>
    public int CompareTo(FrameworkVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byNumber = Number.CompareTo(other.Number);
        if (byNumber != 0 || Label == other.Label)
        {
            return byNumber;
        }

        return Label.Length == 0 ? 1 : other.Label.Length == 0 ? -1 : CompareLabels(Label.Split('.'), other.Label.Split('.'));
    }

    public override string ToString() => Label.Length == 0 ? Number.ToString(3) : $"{Number.ToString(3)}-{Label}";

    private static int CompareLabels(string[] one, string[] other)
    {
        foreach (var (a, b) in one.Zip(other))
        {
            var numbers = int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var x) & int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var y);
            var order = numbers ? x.CompareTo(y) : string.CompareOrdinal(a, b);
            if (order != 0)
            {
                return order;
            }
        }

        return one.Length.CompareTo(other.Length);
    }
}
