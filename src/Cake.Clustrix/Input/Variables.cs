namespace Cake.Clustrix.Input;

/// <summary>The environment variables that a script lists.</summary>
internal static class Variables
{
    /// <summary>Their values; null for one that isn't set, or that is empty.</summary>
    public static Dictionary<string, string?> Read(IEnumerable<string> names, IReadOnlyDictionary<string, string> environment) =>
        names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null, StringComparer.Ordinal);
}
