using Clustrix.Diagnostics;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Reads a project's <c>ClustrixEnvironmentVariable</c>s.</summary>
/// <param name="sources">Finds the lines.</param>
internal sealed class VariableReader(ProjectSources sources)
{
    /// <summary>Their values; null for one that isn't set, or that is empty.</summary>
    public static Dictionary<string, string?> Read(ITaskItem[] variables) =>
        variables.DistinctBy(variable => variable.ItemSpec, StringComparer.Ordinal)
            .ToDictionary(variable => variable.ItemSpec, variable => variable.GetMetadata("Value") is { Length: > 0 } value ? value : null, StringComparer.Ordinal);

    /// <summary>What is wrong with their names, each at its line.</summary>
    public IReadOnlyList<Problem> Check(ITaskItem[] variables) =>
    [
        .. from variable in variables.DistinctBy(variable => variable.ItemSpec, StringComparer.Ordinal)
           from problem in ItemRules.CheckListed([variable.ItemSpec])
           let place = sources.Of(variable, "ClustrixEnvironmentVariable")
           select problem with { File = place.File, Line = place.Line, Column = place.Column },
    ];
}
