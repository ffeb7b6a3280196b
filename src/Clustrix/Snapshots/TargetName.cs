using System.Globalization;

namespace Clustrix.Snapshots;

/// <summary>The two ways in which restores have named a target framework.</summary>
internal static class TargetName
{
    /// <summary>Whether a name in an assets file means the framework that a project writes.</summary>
    /// <param name="name">The name in the assets file: <c>net10.0</c>, <c>net10.0-android36.0</c>, <c>.NETStandard,Version=v2.0</c>.</param>
    /// <param name="framework">What the project writes: <c>net10.0</c>, <c>net10.0-android</c>, <c>netstandard2.0</c>.</param>
    public static bool Matches(string name, string framework) =>
        name.Equals(framework, StringComparison.OrdinalIgnoreCase)
        || name.Equals(LongName(framework), StringComparison.OrdinalIgnoreCase)
        || IsWithPlatformVersion(name, framework);

    private static bool IsWithPlatformVersion(string name, string framework) =>
        framework.Contains('-', StringComparison.Ordinal)
        && name.StartsWith(framework, StringComparison.OrdinalIgnoreCase)
        && Version.TryParse(name.AsSpan(framework.Length), out _);

    private static string? LongName(string framework)
    {
        foreach (var (prefix, family) in new[] { ("netstandard", ".NETStandard"), ("netcoreapp", ".NETCoreApp") })
        {
            if (framework.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return $"{family},Version=v{framework.AsSpan(prefix.Length)}";
            }
        }

        // net48 and net472: one digit for each part of the version.
        return framework.StartsWith("net", StringComparison.OrdinalIgnoreCase)
            && int.TryParse(framework.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? $".NETFramework,Version=v{string.Join('.', framework[3..].ToCharArray())}"
            : null;
    }
}
