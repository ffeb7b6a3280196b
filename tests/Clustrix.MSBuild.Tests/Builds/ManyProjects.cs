namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class ManyProjects(PackedPackage package)
{
    private const string Item = """<ItemGroup><ClustrixItem Include="here" Command="pwd; cat app/Job.runtimeconfig.json" /></ItemGroup>""";

    [Fact]
    public async Task Two_of_them_run_on_the_threads_of_one_MSBuild()
    {
        using var first = new TempProject(package).WriteProgram(Item);
        using var second = new TempProject(package).WriteProgram(Item);
        first.Write("both.proj", $"""
            <Project DefaultTargets="Build">
              <ItemGroup><Part Include="{first.ProjectFile};{second.ProjectFile}" /></ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Part)" Targets="Restore" Properties="Phase=restore" /></Target>
              <Target Name="Build"><MSBuild Projects="@(Part)" Targets="ClustrixRun" BuildInParallel="true" /></Target>
            </Project>
            """);

        var build = await first.BuildOtherAsync(first["both.proj"], "-mt", "-m:2", "-v:diag");

        build.ShouldSucceed().ShouldMatch("""Using "RunWorkload" task from assembly""").ShouldNotMatch("""Task "(SnapshotDependencies|HashEnvironment|RunWorkload)" ran in TaskHost""");
        first.Artifacts().ShouldBe(["here/stdout.log"]);
        second.Artifacts().ShouldBe(["here/stdout.log"]);
    }

    [Theory]
    [InlineData(Consumption.PackageReference)]
    [InlineData(Consumption.Sdk)]
    public async Task Each_target_framework_runs_its_own_items(Consumption consumption)
    {
        const string Frameworks = """
            <TargetFrameworks>net10.0;net10.0-windows</TargetFrameworks>
            <EnableWindowsTargeting>true</EnableWindowsTargeting>
            <DisableTransitiveFrameworkReferenceDownloads>true</DisableTransitiveFrameworkReferenceDownloads>
            """;
        using var project = new TempProject(package).WriteProgram(
            """
            <ItemGroup>
              <ClustrixItem Include="$(TargetFramework)" Command="dotnet app/Job.dll $(TargetFramework) > out.txt" Outputs="out.txt" />
            </ItemGroup>
            <Target Name="Show" AfterTargets="ClustrixRun" Condition="'$(TargetFramework)' == ''">
              <Message Importance="high" Text="outer: %(ClustrixResult.Identity) of %(ClustrixResult.TargetFramework) %(ClustrixResult.Outcome)" />
              <Message Importance="high" Text="file: %(ClustrixArtifact.Filename) of %(ClustrixArtifact.Item)" />
            </Target>
            """,
            consumption,
            Frameworks);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed()
            .ShouldSay("outer: net10.0 of net10.0 Passed")
            .ShouldSay("outer: net10.0-windows of net10.0-windows Passed")
            .ShouldSay("file: out of net10.0")
            .ShouldSay("file: out of net10.0-windows");
        (await project.BuildAsync("-t:ClustrixStatus", "--no-restore")).ShouldSucceed().ShouldSay("2 runs on local");
        (await project.BuildAsync("-t:Clean", "--no-restore")).ShouldSucceed();
        Directory.Exists(project.IntermediateDirectory).ShouldBeFalse();
    }
}
