using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Clustrix.Bench;

/// <summary>
/// What the package costs a build that doesn't use it: <c>dotnet build --no-restore</c> of a tiny project that has nothing to do, with
/// and without the package, alternating; and the proof by a diagnostic log that no target or task of the package ran.
/// </summary>
internal static partial class PlainBuildBench
{
    private const int Rounds = 15;
    private const string PackageVersion = "0.0.0-bench";

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("clustrix-bench-").FullName;
        try
        {
            await DotnetCommand.RunAsync(
                RepositoryRoot(), "pack", "src/Tasks", "--configuration", "Release", "--output", Path.Combine(folder, "feed"), $"-p:Version={PackageVersion}");
            var without = MakeProject(folder, "without", "");
            var with = MakeProject(folder, "with", $"""<PackageReference Include="Clustrix.MSBuild" Version="{PackageVersion}" PrivateAssets="all" />""");
            foreach (var project in (string[])[without, with])
            {
                await DotnetCommand.RunAsync(project, "build");
                await DotnetCommand.RunAsync(project, "build", "--no-restore");
            }

            await ProveThatNothingRanAsync(with, output);
            await MeasureAsync(without, with, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string MakeProject(string folder, string name, string reference)
    {
        var project = Path.Combine(folder, name);
        Directory.CreateDirectory(project);
        File.WriteAllText(Path.Combine(project, "Tiny.cs"), "namespace Tiny;\n\npublic sealed class Nothing;\n");
        File.WriteAllText(Path.Combine(project, "Tiny.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(project, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{folder}/feed" /></packageSources>
              <config><add key="globalPackagesFolder" value="{folder}/packages" /></config>
            </configuration>
            """);
        return project;
    }

    private static async Task ProveThatNothingRanAsync(string with, TextWriter output)
    {
        var assembly = await DotnetCommand.RunAsync(with, "msbuild", "-getProperty:ClustrixTasksAssembly");
        if (!File.Exists(assembly.Trim()))
        {
            throw new InvalidOperationException($"the package isn't in effect: ClustrixTasksAssembly is '{assembly.Trim()}'");
        }

        var plain = await UsesAsync(with, "build", "--no-restore");
        await Figures.WriteAsync(output, "plain_build_clustrix_targets_and_tasks", plain.Count, "0", "");
        foreach (var use in plain)
        {
            await output.WriteLineAsync(use);
        }

        // The same look at a build that does use the package: where it finds nothing either, it proves nothing.
        var control = await UsesAsync(with, "build", "--no-restore", "-target:ClustrixSnapshot");
        await Figures.WriteAsync(output, "snapshot_build_clustrix_targets_and_tasks", control.Count, "0", "");
        if (control.Count == 0)
        {
            throw new InvalidOperationException("the log of a build with ClustrixSnapshot names no target or task of the package");
        }
    }

    // A target that was run, and the task assembly being loaded.
    private static async Task<IReadOnlyList<string>> UsesAsync(string project, params string[] arguments)
    {
        var log = await DotnetCommand.RunAsync(project, [.. arguments, "-verbosity:diagnostic"]);
        return [.. Use().Matches(log).Select(match => match.Value)];
    }

    private static async Task MeasureAsync(string without, string with, TextWriter output)
    {
        var times = new Dictionary<string, List<double>> { [without] = [], [with] = [] };
        for (var round = 0; round < Rounds; round++)
        {
            // Each goes first in every other round, so that neither gains by its place.
            foreach (var project in round % 2 == 0 ? (string[])[without, with] : [with, without])
            {
                var start = Stopwatch.GetTimestamp();
                await DotnetCommand.RunAsync(project, "build", "--no-restore");
                times[project].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        await Figures.WriteAsync(output, "plain_build_without", Figures.Median(times[without]), "0.000", "s");
        await Figures.WriteAsync(output, "plain_build_with", Figures.Median(times[with]), "0.000", "s");
        await Figures.WriteAsync(output, "plain_build_ratio", Figures.Median(times[with].Zip(times[without], (a, b) => a / b)), "0.000", "");
    }

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Tooling.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException($"no Tooling.sln above {AppContext.BaseDirectory}");
        }

        return directory.FullName;
    }

    [GeneratedRegex("""Target "_?Clustrix[^"]*" in |Using "\w+" task from assembly "[^"]*Clustrix\.MSBuild""", RegexOptions.CultureInvariant)]
    private static partial Regex Use();
}
