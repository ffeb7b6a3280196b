using System.Diagnostics;

namespace Clustrix.Bench;

/// <summary>The same run of one item by the MSBuild task, by the alias in the real Cake, and by the tool: each minus its host's empty run.</summary>
/// <param name="tool">The installed tool.</param>
/// <param name="repository">The repository's root.</param>
/// <param name="root">A directory for everything.</param>
internal sealed class OneItemBench(string tool, string repository, string root)
{
    private const int Rounds = 7;

    private readonly string _here = Directory.CreateDirectory(Path.Combine(root, "one-item")).FullName;

    private string Store => Path.Combine(_here, "store");

    private string Artifacts => Path.Combine(_here, "artifacts");

    /// <summary>Prints the median of each, and how far the three are apart. They take turns.</summary>
    public async Task RunAsync(TextWriter output)
    {
        await PrepareAsync();
        (string Name, Func<Task<double>> Run, Func<Task<double>> Empty)[] surfaces =
        [
            ("task", () => TaskAsync("Run"), () => TaskAsync("Empty")),
            ("alias", () => CakeAsync("Run"), () => CakeAsync("Empty")),
            ("tool", ToolAsync, () => ToolCommand.RunAsync(tool, "--version")),
        ];
        var beyond = surfaces.ToDictionary(surface => surface.Name, _ => new List<double>());
        for (var round = -1; round < Rounds; round++)
        {
            foreach (var (name, run, empty) in surfaces)
            {
                var (host, all) = (await empty(), await run());
                if (round >= 0)
                {
                    beyond[name].Add(all - host);
                }
            }
        }

        var medians = surfaces.ToDictionary(surface => surface.Name, surface => Figures.Median(beyond[surface.Name]));
        foreach (var (name, median) in medians)
        {
            await Figures.WriteAsync(output, $"surfaces_one_item_by_{name}", median, "0", "ms");
        }

        await Figures.WriteAsync(output, "surfaces_one_item_apart", medians.Values.Max() - medians.Values.Min(), "0", "ms");
    }

    // A task needs a snapshot; the tool's run leaves one.
    private async Task PrepareAsync()
    {
        await ToolAsync();
        var snapshot = Directory.GetFiles(Artifacts, "environment.json", SearchOption.AllDirectories)[0];
        await DotnetCommand.RunAsync(repository, "build", "src/Tasks", "--configuration", "Release");
        await File.WriteAllTextAsync(Path.Combine(_here, "job.proj"), $"""
            <Project>
              <UsingTask TaskName="Clustrix.MSBuild.RunWorkload" AssemblyFile="{repository}/src/Tasks/bin/Release/net10.0/Clustrix.MSBuild.dll" />
              <ItemGroup>
                <Item Include="true" Command="true" />
                <Setting Include="StoreRoot" Value="{Store}" />
                <Setting Include="ArtifactsDirectory" Value="{Artifacts}" />
                <Setting Include="ReuseResults" Value="false" />
              </ItemGroup>
              <Target Name="Empty" />
              <Target Name="Run">
                <RunWorkload ProjectFile="$(MSBuildProjectFullPath)" Items="@(Item)" Settings="@(Setting)" EnvironmentHash="none" SnapshotFile="{snapshot}" PayloadFile="{_here}/payload.json" />
              </Target>
            </Project>
            """);

        var feed = Path.Combine(_here, "feed");
        await DotnetCommand.RunAsync(repository, "pack", "src/Cake.Clustrix", "--configuration", "Release", "--output", feed, "-p:PackageVersion=0.1.0");
        Directory.CreateDirectory(Path.Combine(_here, ".config"));
        File.Copy(Path.Combine(repository, "samples/Cake/.config/dotnet-tools.json"), Path.Combine(_here, ".config/dotnet-tools.json"));
        await DotnetCommand.RunAsync(_here, "tool", "restore", "--configfile", Path.Combine(repository, "nuget.config"));
        await File.WriteAllTextAsync(Path.Combine(_here, "cake.config"), $"[NuGet]\nSource={feed}\n");
        await File.WriteAllTextAsync(Path.Combine(_here, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{_here}/packages" /></config>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(_here, "job.cake"), $$"""
            #addin nuget:?package=Cake.Clustrix&version=0.1.0
            Task("Empty");
            Task("Run").Does(() => ClustrixRun(settings =>
            {
                settings.StoreRoot = "{{Store}}";
                settings.ArtifactsDirectory = "{{Artifacts}}";
                settings.ReuseResults = false;
                settings.Items.Add(new ClustrixItem("true", "true"));
            }));
            RunTarget(Argument<string>("target"));
            """);
    }

    private Task<double> TaskAsync(string target) => DotnetAsync("msbuild", "job.proj", $"-t:{target}", "-nologo", "-verbosity:quiet", "-nodeReuse:false");

    private Task<double> CakeAsync(string target) => DotnetAsync("cake", "job.cake", $"--target={target}");

    private Task<double> ToolAsync() =>
        ToolCommand.RunAsync(tool, "run", "--reuse-results", "false", "--store-root", Store, "--artifacts-directory", Artifacts, "--", "true");

    private Task<double> DotnetAsync(params string[] arguments)
    {
        ProcessStartInfo info = ToolCommand.StartInfo("dotnet", arguments);
        info.WorkingDirectory = _here;
        return ToolCommand.RunAsync(info);
    }
}
