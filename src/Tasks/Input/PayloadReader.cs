using Clustrix.Diagnostics;
using Clustrix.Workloads;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild.Input;

/// <summary>Makes the core's payload sources of a project's <c>ClustrixPayload</c>s and of what its build has put out.</summary>
internal sealed class PayloadReader(string projectDirectory, ProjectSources sources, ICollection<Problem> problems)
{
    private const string ApplicationDirectory = "app";

    /// <summary>Reads one declared payload.</summary>
    public PayloadSource Declared(ITaskItem item)
    {
        var metadata = new Metadata(item, "ClustrixPayload", sources, problems);
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(item.ItemSpec, projectDirectory));
        var destination = metadata.Text("Destination");
        var place = sources.Of(item, "ClustrixPayload");
        if (Directory.Exists(path) && sources.HasAttribute(item, "ClustrixPayload", "Exclude"))
        {
            // MSBuild keeps the attribute to itself and doesn't look into directories: nothing would be left out, and nobody would be told.
            problems.Add(new Problem(
                ErrorCode.BadValue,
                $"ClustrixPayload '{item.ItemSpec}' has Exclude as an attribute, which MSBuild applies to names in Include only. Write it as an element: <Exclude>…</Exclude>.",
                place.File,
                place.Line,
                place.Column));
        }

        var source = PayloadPlace.Declare(path, destination, projectDirectory);
        return source with
        {
            Destination = destination.Length == 0 ? source.Destination : Join(source.Destination, item.GetMetadata("RecursiveDir")),
            File = place.File,
            Line = place.Line,
            Exclude = metadata.List("Exclude"),
        };
    }

    /// <summary>Reads one file of the build's output: a package's files make a layer of their own, because they change less often than the project.</summary>
    public PayloadSource Output(ITaskItem item)
    {
        var package = item.GetMetadata("NuGetPackageId");
        var layer = package.Length == 0 ? "project outputs" : $"package {package} {item.GetMetadata("NuGetPackageVersion")}";
        var directory = Path.GetDirectoryName(item.GetMetadata("At")) ?? "";
        return new PayloadSource(layer, Path.GetFullPath(item.ItemSpec, projectDirectory), Join(ApplicationDirectory, directory));
    }

    private static string Join(string directory, string below) =>
        Path.TrimEndingDirectorySeparator(directory.Length == 0 ? below : below.Length == 0 ? directory : $"{Path.TrimEndingDirectorySeparator(directory)}/{below}");
}
