using System.Collections;

namespace Clustrix.MSBuild;

/// <summary>The environment in which the build was started, for the shell of the local cluster.</summary>
/// <remarks>
/// The only place where a task reads the process: no project may change these variables for another one, so it makes no difference which
/// of several projects on the threads of one MSBuild asks for them.
/// </remarks>
internal static class HostEnvironment
{
    public static IReadOnlyDictionary<string, string> Read() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);
}
