using System.Runtime.CompilerServices;
using Clustrix.Diagnostics;
using Microsoft.Build.Construction;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Locator;

namespace Clustrix.Cli.Projects;

/// <summary>Finds the projects of a solution that have items to run, by evaluating them as MSBuild does.</summary>
internal static class SolutionProjects
{
    /// <summary>The projects with at least one item, in the solution's order.</summary>
    /// <param name="solution">The solution, restored.</param>
    /// <param name="sdkVersion">The SDK to evaluate with.</param>
    /// <exception cref="ClustrixException">A project doesn't evaluate, or none has an item (<see cref="ErrorCode.ProjectUnusable"/>).</exception>
    public static IReadOnlyList<string> WithItems(string solution, string sdkVersion)
    {
        var instances = MSBuildLocator.QueryVisualStudioInstances(
            new VisualStudioInstanceQueryOptions { DiscoveryTypes = DiscoveryType.DotNetSdk, WorkingDirectory = Path.GetDirectoryName(solution)! }).ToList();
        MSBuildLocator.RegisterInstance(
            instances.Find(instance => instance.MSBuildPath.Contains(sdkVersion, StringComparison.Ordinal)) ?? instances.FirstOrDefault()
            ?? throw new ClustrixException(ErrorCode.SdkMissing, $"There is no .NET SDK for '{solution}'. Install one; 'dotnet --list-sdks' shows what is there."));
        return Evaluate(solution);
    }

    // MSBuild's types may only be touched when the SDK's own copy of it was registered.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<string> Evaluate(string solution)
    {
        using var projects = new ProjectCollection();
        try
        {
            var found = SolutionFile.Parse(solution).ProjectsInOrder
                .Where(project => project.ProjectType != SolutionProjectType.SolutionFolder && File.Exists(project.AbsolutePath))
                .Select(project => project.AbsolutePath)
                .Where(path => HasItems(projects.LoadProject(path)))
                .ToList();
            return found.Count > 0
                ? found
                : throw new ClustrixException(
                    [new Problem(ErrorCode.ProjectUnusable, "No project of the solution has a ClustrixItem. Declare one, and add the package Clustrix.MSBuild to its project.", solution)]);
        }
        catch (InvalidProjectFileException e)
        {
            // MSBuild's own error, with its own code, is what helps.
            throw new ClustrixException(
                [new Problem(ErrorCode.ProjectUnusable, $"The project doesn't evaluate: error {e.ErrorCode}: {e.BaseMessage} Mend it, and see 'dotnet build'.", e.ProjectFile, e.LineNumber, e.ColumnNumber)], e);
        }
    }

    private static bool HasItems(Project project) => project.Targets.ContainsKey("ClustrixRun") && project.GetItems("ClustrixItem").Count > 0;
}
