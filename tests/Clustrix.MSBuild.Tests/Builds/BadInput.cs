namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class BadInput(PackedPackage package)
{
    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_with_its_line_and_nothing_is_sent()
    {
        using var project = new TempProject(package).WriteProgram("""
            <PropertyGroup>
              <ClustrixReuseResult>false</ClustrixReuseResult>
            </PropertyGroup>
            <ItemGroup>
              <ClustrixItem Include="no-unit" Command="true" Timeout="300" Memory="8" />
              <ClustrixItem Include="slip" Command="true" Timout="5s" />
              <ClustrixItem Include="silent" />
              <ClustrixEnvironmentVariable Include="A B" />
              <ClustrixEnvironmentVariable Include="CLUSTRIX_MARK" />
              <ClustrixPayload Include="not-there" />
              <ClustrixPayload Include="Properties" Exclude="**/bin" />
            </ItemGroup>
            """);
        project.Write("Properties/notes.txt", "");
        var lines = File.ReadAllLines(project.ProjectFile);

        var build = await project.BuildAsync("-t:ClustrixRun", "-p:ClustrixWorkers=many", "-p:ClustrixSlat=1", "-p:ClustrixCluster=moon");

        build.ShouldFailWith("CLX1001")
            .ShouldMatch($@"Job\.csproj\({LineOf("ClustrixReuseResult>")},\d+\): error CLX1001: .*Did you mean 'ClustrixReuseResults'\?")
            .ShouldMatch($@"Job\.csproj\({LineOf("no-unit")},\d+\): error CLX1002: .*'no-unit'.*'300'.*Timeout")
            .ShouldMatch($@"Job\.csproj\({LineOf("no-unit")},\d+\): error CLX1003: .*'8'.*Memory")
            .ShouldMatch($@"Job\.csproj\({LineOf("slip")},\d+\): error CLX1001: .*'Timout'.*Did you mean 'Timeout'\?")
            .ShouldMatch($@"Job\.csproj\({LineOf("silent")},?\d*\): error CLX1005: .*silent")
            .ShouldMatch($@"Job\.csproj\({LineOf("A B")},\d+\): error CLX1004: Listed variable 'A B': a shell can't export")
            .ShouldMatch($@"Job\.csproj\({LineOf("CLUSTRIX_MARK")},\d+\): error CLX1004: Listed variable 'CLUSTRIX_MARK': Clustrix sets")
            .ShouldMatch($@"Job\.csproj\({LineOf("not-there")},?\d*\): error CLX1007: .*not-there")
            .ShouldMatch($@"Job\.csproj\({LineOf("**/bin")},\d+\): error CLX1004: .*'Properties'.*as an element")
            .ShouldMatch("error CLX1004: .*'many'.*ClustrixWorkers")
            .ShouldMatch("error CLX1001: .*'ClustrixSlat'.*'ClustrixSalt'")
            .ShouldMatch("error CLX1013: .*'moon'.*'local'");
        build.ShouldNotSay("Job.dll");
        Directory.Exists(project.StoreRoot).ShouldBeFalse();

        int LineOf(string text) => Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1;
    }

    [Fact]
    public async Task What_only_the_payload_and_the_cluster_can_tell_is_told_at_the_items_line()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixPayload Include="data" />
              <ClustrixItem Include="lost" Command="true" WorkingDirectory="dat" />
              <ClustrixItem Include="wide" Command="true" Cpus="9999" />
            </ItemGroup>
            """);
        project.Write("data/file", "");
        var lines = File.ReadAllLines(project.ProjectFile);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX1007")
            .ShouldMatch($@"Job\.csproj\({LineOf("lost")},\d+\): error CLX1007: Item 'lost': the WorkingDirectory 'dat' isn't in the payload\. Did you mean 'data'\?");
        Directory.Exists(project.StoreRoot).ShouldBeFalse();
        File.WriteAllText(project.ProjectFile, File.ReadAllText(project.ProjectFile).Replace("\"dat\"", "\"data\"", StringComparison.Ordinal));
        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX4001").ShouldMatch($@"Job\.csproj\({LineOf("wide")},\d+\): error CLX4001: Item 'wide'");

        int LineOf(string text) => Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal)) + 1;
    }

    [Fact]
    public async Task A_project_without_an_item_is_told_so()
    {
        using var project = new TempProject(package).WriteProgram("");

        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX1012").ShouldMatch(@"Job\.csproj.*error CLX1012");
    }

    [Fact]
    public async Task A_tool_that_tells_no_version_is_told()
    {
        using var project = new TempProject(package).WriteProgram("""<ItemGroup><ClustrixTool Include="no-such-tool" /></ItemGroup>""");

        (await project.BuildAsync("-t:ClustrixSnapshot")).ShouldFailWith("CLX1004").ShouldSay("'no-such-tool'");
    }

    [Fact]
    public async Task A_listed_variable_that_items_cannot_have_is_told_at_its_line_also_by_the_snapshot_alone()
    {
        using var project = new TempProject(package).WriteProgram("""<ItemGroup><ClustrixEnvironmentVariable Include="Q%3Becho INJECTED%3BR;FINE" /></ItemGroup>""");
        var line = Array.FindIndex(File.ReadAllLines(project.ProjectFile), text => text.Contains("INJECTED", StringComparison.Ordinal)) + 1;

        (await project.BuildAsync("-t:ClustrixSnapshot")).ShouldFailWith("CLX1004")
            .ShouldMatch($@"Job\.csproj\({line},\d+\): error CLX1004: Listed variable 'Q;echo INJECTED;R': a shell can't export")
            .ShouldNotSay("'FINE'");
    }

    [Fact]
    public async Task A_project_that_was_not_built_is_told_so()
    {
        using var project = new TempProject(package).WriteProgram("");

        (await project.BuildAsync("-t:ClustrixSnapshot", "-p:NoBuild=true")).ShouldFailWith("CLX2011").ShouldSay("Job.dll");
    }
}
