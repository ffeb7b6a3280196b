namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class SettingsFromElsewhere(PackedPackage package)
{
    [Fact]
    public async Task A_build_takes_them_from_items_properties_variables_and_files_in_this_order()
    {
        using var project = new TempProject(package).WriteProgram("""
            <PropertyGroup>
              <ClustrixRetries>0</ClustrixRetries>
              <ClustrixEnvironment>FROM=property</ClustrixEnvironment>
            </PropertyGroup>
            <ItemGroup>
              <ClustrixItem Include="own" Command="echo $FROM > own.txt" Outputs="own.txt" Environment="FROM=item" />
              <ClustrixItem Include="others" Command="echo $FROM > out.txt; touch from-variable from-file" />
            </ItemGroup>
            """);
        project.Write("clustrix.json", """
            {
              // For every project here.
              "artifactsDirectory": "artifacts/clustrix",
              "outputs": ["from-file"],
              "environment": ["FROM=file"],
            }
            """);
        project.Environment["CLUSTRIX_OUTPUTS"] = "out.txt;from-variable";

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldSay("2 items: 2 passed.");

        project.Artifact("own/outputs/own.txt").ShouldBe("item\n");
        project.Artifact("others/outputs/out.txt").ShouldBe("property\n");
        project.Artifacts().ShouldBe(["others/outputs/from-variable", "others/outputs/out.txt", "own/outputs/own.txt"]);
    }

    [Fact]
    public async Task What_is_wrong_in_a_file_is_told_with_its_line_and_column()
    {
        using var project = new TempProject(package).WriteProgram("""<ItemGroup><ClustrixItem Include="a" Command="true" /></ItemGroup>""");
        project.Write("clustrix.json", "{\n  \"timeout\": 90\n}");

        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX1002").ShouldMatch(@"clustrix\.json\(2,14\): error CLX1002: .*'90'");
        Directory.Exists(project.StoreRoot).ShouldBeFalse();
    }
}
