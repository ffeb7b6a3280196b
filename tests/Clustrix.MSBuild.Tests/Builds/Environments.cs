using System.Text.RegularExpressions;

namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class Environments(PackedPackage package)
{
    [Fact]
    public async Task Listed_variables_and_tools_are_a_part_of_the_hash_and_no_other_variable_is()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixEnvironmentVariable Include="LISTED" />
              <ClustrixTool Include="sh-of-mine" Version="$(ShVersion)" />
              <ClustrixTool Include="tar" />
            </ItemGroup>
            """);

        var first = Hash(await project.BuildAsync("-t:ClustrixHash", "-p:ShVersion=1"));
        project.Environment["UNLISTED"] = "x";
        var same = await project.BuildAsync("-t:ClustrixHash", "-p:ShVersion=1", "--no-restore");
        project.Environment["LISTED"] = "it's; \"odd\" 100%";
        var second = Hash(await project.BuildAsync("-t:ClustrixHash", "-p:ShVersion=1", "--no-restore"));
        var third = Hash(await project.BuildAsync("-t:ClustrixHash", "-p:ShVersion=2", "--no-restore"));

        Hash(same.ShouldSkip("ClustrixSnapshot")).ShouldBe(first);
        new[] { first, second, third }.Distinct().Count().ShouldBe(3);
        var explained = File.ReadAllText(Path.Combine(project.IntermediateDirectory, "environment.explained.txt"));
        explained.ShouldContain("tool tar tar (");
        explained.ShouldContain("tool sh-of-mine 2");
        explained.ShouldContain("variable LISTED");
        explained.ShouldNotContain("odd");
    }

    [Fact]
    public async Task The_snapshot_and_the_bill_of_materials_name_the_packages()
    {
        using var project = new TempProject(package).WriteProgram("");

        (await project.BuildAsync("-t:ClustrixSnapshot")).ShouldSucceed();

        File.ReadAllText(Path.Combine(project.IntermediateDirectory, "environment.json")).ShouldContain("Clustrix.MSBuild");
        File.ReadAllText(Path.Combine(project.IntermediateDirectory, "sbom.json")).ShouldContain("CycloneDX");
    }

    private static string Hash(BuildResult build) => Regex.Match(build.ShouldSucceed().Output, "Clustrix: environment ([0-9a-f]{64})").Groups[1].Value;
}
