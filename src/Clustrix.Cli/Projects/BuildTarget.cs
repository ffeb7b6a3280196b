using Clustrix.Diagnostics;

namespace Clustrix.Cli.Projects;

/// <summary>A project, a solution or a C# file that the user means.</summary>
/// <param name="Path">Its path, absolute.</param>
/// <param name="Kind">What it is.</param>
internal sealed record BuildTarget(string Path, BuildTargetKind Kind)
{
    private static readonly string[] Solutions = [".sln", ".slnx"];
    private static readonly string[] Projects = [".csproj", ".fsproj", ".vbproj", ".proj"];

    /// <summary>Finds what a path means: the file itself, or the only project or solution of a directory.</summary>
    /// <param name="text">The path as it was written; null for the working directory.</param>
    /// <param name="surroundings">Where it was written.</param>
    /// <exception cref="ClustrixException">There is none, or there are several (<see cref="ErrorCode.ProjectNotFound"/>).</exception>
    public static BuildTarget Find(string? text, Surroundings surroundings)
    {
        var path = surroundings.PathOf(text ?? ".");
        if (KindOf(path) is { } kind && File.Exists(path))
        {
            return new BuildTarget(path, kind);
        }

        if (!Directory.Exists(path))
        {
            throw NotFound(File.Exists(path)
                ? $"'{text}' is no project, no solution and no C# file. To run it as a command, write it behind --: clustrix run -- ./{System.IO.Path.GetFileName(path)}"
                : $"There is no '{text}'. Name a project, a solution, a C# file or a directory that holds a project, or write a command behind --.");
        }

        var found = Directory.EnumerateFiles(path).Where(file => KindOf(file) is BuildTargetKind.Project or BuildTargetKind.Solution).Order(StringComparer.Ordinal).ToList();
        return found switch
        {
            [var only] => new BuildTarget(only, KindOf(only)!.Value),
            [] => throw NotFound($"There is no project and no solution in '{path}'. Name one, or write a command behind --: clustrix run -- COMMAND"),
            _ => throw NotFound($"There are {found.Count} projects and solutions in '{path}': {string.Join(", ", found.Select(System.IO.Path.GetFileName))}. Name the one you mean."),
        };
    }

    private static BuildTargetKind? KindOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".cs" => BuildTargetKind.ProgramFile,
        var extension when Solutions.Contains(extension) => BuildTargetKind.Solution,
        var extension when Projects.Contains(extension) => BuildTargetKind.Project,
        _ => null,
    };

    private static ClustrixException NotFound(string message) => new(ErrorCode.ProjectNotFound, message);
}
