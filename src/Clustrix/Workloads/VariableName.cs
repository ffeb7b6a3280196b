namespace Clustrix.Workloads;

/// <summary>What an environment variable of an item may be called, whoever names it.</summary>
internal static class VariableName
{
    /// <summary>The variables that a worker tells each item. By some of them the processes of a run are found when it has to end.</summary>
    public static IReadOnlyList<string> ToldToItems { get; } =
    [
        "CLUSTRIX_RUN", "CLUSTRIX_POOL", "CLUSTRIX_MARK", "CLUSTRIX_ATTEMPT", "CLUSTRIX_WORKER", "CLUSTRIX_WORKSPACE",
        "CLUSTRIX_NODE_COUNT", "CLUSTRIX_NODE_LIST", "CLUSTRIX_NODE_RANK",
    ];

    /// <summary>Whether a shell can export a variable of this name; any other name could be read as a piece of shell.</summary>
    public static bool IsExportable(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>What is wrong with the name of a variable for items, and what to do; null when nothing is.</summary>
    public static string? Fault(string name) =>
        !IsExportable(name) ? $"a shell can't export an environment variable named {name.Quote()}. Use letters, digits and '_', and no digit first"
        : ToldToItems.Contains(name, StringComparer.Ordinal) ? $"Clustrix sets the environment variable {name.Quote()} of each item itself. Leave it out"
        : null;
}
