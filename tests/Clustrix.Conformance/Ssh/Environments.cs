using System.Collections;

namespace Clustrix.Conformance.Ssh;

internal static class Environments
{
    /// <summary>This process's own.</summary>
    public static IReadOnlyDictionary<string, string> Own { get; } =
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
