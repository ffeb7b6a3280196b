using Clustrix.Snapshots;

namespace Cake.Clustrix.Input;

/// <summary>The environment variables that a script lists.</summary>
internal static class Variables
{
    /// <summary>Their values; null for one that isn't set, or that is empty.</summary>
    public static Dictionary<string, string?> Read(IEnumerable<string> names, IReadOnlyDictionary<string, string> environment) =>
        names.Distinct(StringComparer.Ordinal).ToDictionary(name => name, name => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null, StringComparer.Ordinal);

    /// <summary>Those for the items of a run: the run's, and its snapshot's, which has no values.</summary>
    public static Dictionary<string, string?> Read(ClustrixRunSettings settings, IReadOnlyDictionary<string, string> environment) =>
        Read(settings.EnvironmentVariables.Concat(settings.Snapshot?.Entries.Where(entry => entry.Kind == EntryKind.Variable).Select(entry => entry.Name) ?? []), environment);
}
