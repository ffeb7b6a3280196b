namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class PlainBuild(PackedPackage package)
{
    [Fact]
    public async Task Nothing_of_Clustrix_runs_in_it()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixItem Include="bad" Timeout="5" Nonsense="1" />
              <ClustrixPayload Include="not-there" />
            </ItemGroup>
            """);

        var build = await project.BuildAsync("-v:diag");

        build.ShouldSucceed();

        // MSBuild tells each target that it runs and each task that it loads.
        build.ShouldMatch("""Target "CoreCompile: """).ShouldMatch("""Using "Csc" task from assembly""");
        build.ShouldNotMatch("""Target "_?Clustrix\w*: """).ShouldNotMatch("""Using ".*" task from assembly .*Clustrix""");
        Directory.Exists(project.IntermediateDirectory).ShouldBeFalse();
        Directory.Exists(project.StoreRoot).ShouldBeFalse();
    }
}
