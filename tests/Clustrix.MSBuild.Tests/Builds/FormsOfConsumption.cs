namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class FormsOfConsumption(PackedPackage package)
{
    private const string OneItem = """
        <ItemGroup>
          <ClustrixItem Include="greet" Command="dotnet app/Job.dll" Arguments="you > out.txt" Outputs="out.txt" />
        </ItemGroup>
        """;

    [Theory]
    [InlineData(Consumption.PackageReference)]
    [InlineData(Consumption.Sdk)]
    [InlineData(Consumption.GlobalPackageReference)]
    public async Task A_project_runs_its_items_and_does_only_what_has_changed(Consumption consumption)
    {
        using var project = new TempProject(package).WriteProgram(OneItem, consumption);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldSay("1 item: 1 passed.");
        project.Artifact("greet/outputs/out.txt").ShouldBe("hello you\n");

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed()
            .ShouldSkip("ClustrixSnapshot").ShouldSkip("_ClustrixComputeHash").ShouldSay("1 item: 1 passed (1 reused).");

        project.Write("Program.cs", """System.Console.WriteLine("changed");""");
        (await project.BuildAsync("-t:ClustrixRun", "--no-restore")).ShouldSucceed()
            .ShouldNotSkip("ClustrixSnapshot").ShouldSay("since the last snapshot: file Job.dll content changed").ShouldSay("1 item: 1 passed.");
        project.Artifact("greet/outputs/out.txt").ShouldBe("changed\n");

        Directory.Exists(project.IntermediateDirectory).ShouldBeTrue();
        (await project.BuildAsync("-t:Clean", "--no-restore")).ShouldSucceed();
        Directory.Exists(project.IntermediateDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_is_only_touched_changes_no_hash_and_runs_nothing()
    {
        using var project = new TempProject(package).WriteProgram(OneItem);
        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();
        File.SetLastWriteTimeUtc(project["Program.cs"], DateTime.UtcNow);

        (await project.BuildAsync("-t:ClustrixRun", "--no-restore")).ShouldSucceed()
            .ShouldNotSkip("ClustrixSnapshot").ShouldSkip("_ClustrixComputeHash").ShouldSay("1 item: 1 passed (1 reused).");
    }

    [Fact]
    public async Task A_project_that_both_references_the_package_and_names_it_as_an_SDK_builds_as_with_one_of_them()
    {
        using var project = new TempProject(package).WriteProgram(OneItem, Consumption.GlobalPackageReference);
        var file = File.ReadAllText(project.ProjectFile);
        File.WriteAllText(project.ProjectFile, file.Replace("<PropertyGroup>", $"""<Sdk Name="Clustrix.MSBuild" Version="{package.Version}" /><PropertyGroup>""", StringComparison.Ordinal));

        (await project.BuildAsync("-t:ClustrixHash")).ShouldSucceed().ShouldMatch("Clustrix: environment [0-9a-f]{64}");
    }

    [Fact]
    public async Task A_project_that_is_built_already_runs_without_another_build()
    {
        using var project = new TempProject(package).WriteProgram(OneItem);
        (await project.BuildAsync()).ShouldSucceed();

        (await project.BuildAsync("-t:ClustrixRun", "--no-restore", "-p:NoBuild=true")).ShouldSucceed()
            .ShouldNotSay("CoreCompile:").ShouldSay("1 item: 1 passed.");
    }
}
