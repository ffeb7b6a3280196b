namespace Clustrix.Tests.Conventions;

/// <summary>The front ends depend on the core, never on each other; the core depends on the base class library only.</summary>
public sealed class DependencyLaw
{
    private static readonly string Framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    // bin/<configuration>/<framework>, as these tests were built.
    private static readonly string Output = Path.Combine(
        "bin",
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!),
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    [Fact]
    public void The_core_references_the_base_class_library_only()
    {
        ReferencesOf("src/Clustrix", "Clustrix.dll").Where(name => !IsBaseClassLibrary(name)).ShouldBeEmpty();
    }

    [Fact]
    public void The_MSBuild_front_end_references_the_core_and_what_the_SDK_brings()
    {
        ReferencesOf("src/Tasks", "Clustrix.MSBuild.dll")
            .Where(name => !IsBaseClassLibrary(name))
            .Where(name => name != "Clustrix")
            .Where(name => !name.StartsWith("Microsoft.Build.", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("NuGet.", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_front_end_references_another()
    {
        Repository.FilesUnder("src/", ".csproj")
            .SelectMany(project => Repository.Read(project).Split('\n')
                .Where(line => line.Contains("<ProjectReference", StringComparison.Ordinal) && !line.Contains("/Clustrix/Clustrix.csproj", StringComparison.Ordinal))
                .Select(line => $"{project}: {line.Trim()}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void The_core_asks_for_no_package()
    {
        Repository.Read("src/Clustrix/Clustrix.csproj").ShouldNotContain("PackageReference");
    }

    private static IReadOnlyList<string> ReferencesOf(string folder, string assembly) =>
        AssemblyReferences.Of(Path.Combine(Repository.Root, folder, Output, assembly));

    // Microsoft.Win32.Primitives is where Win32Exception lives, on every system: Process.Start throws it.
    private static bool IsBaseClassLibrary(string name) =>
        (name.StartsWith("System.", StringComparison.Ordinal) || name == "Microsoft.Win32.Primitives") && File.Exists(Path.Combine(Framework, name + ".dll"));
}
