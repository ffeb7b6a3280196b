using Clustrix.Diagnostics;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Finds the line of the project that a problem with an item is to be mended at.</summary>
/// <param name="projectFile">The project.</param>
/// <param name="declared">The project's items; there may be problems with others.</param>
internal sealed class ItemPlaces(string projectFile, IReadOnlyList<ITaskItem> declared)
{
    private readonly ProjectSources _sources = new(projectFile);

    /// <summary>The problem with its place, if it has none and the project declares its item.</summary>
    public Problem At(Problem problem)
    {
        if (problem.File is not null || problem.Item is null || declared.FirstOrDefault(item => item.ItemSpec == problem.Item) is not { } declaration)
        {
            return problem;
        }

        var place = _sources.Of(declaration, "ClustrixItem");
        return problem with { File = place.File, Line = place.Line, Column = place.Column };
    }
}
