using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Testing;
using Microsoft.Build.Utilities;

namespace Clustrix.MSBuild.Tests.Input;

public sealed class UnknownNames : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_metadata_name_that_nothing_reads_is_told_with_the_nearest_one()
    {
        var problem = Check("Timout").ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.UnknownSetting);
        problem.Message.ShouldContain("Did you mean 'Timeout'?");
    }

    [Fact]
    public void The_case_of_a_name_does_not_matter() => Check("timeout").ShouldBeEmpty();

    [Fact]
    public void A_project_may_keep_metadata_of_its_own() => Check("Shard", "Shard").ShouldBeEmpty();

    [Fact]
    public void A_property_of_the_command_line_that_nothing_reads_is_told()
    {
        var check = new NameCheck(new ProjectSources(_directory["none.csproj"]), []);

        var problem = check.Properties(["Configuration", "ClustrixWorker", "clustrixsalt"]).ShouldHaveSingleItem();

        problem.Message.ShouldContain("'ClustrixWorker'");
        problem.Message.ShouldContain("'ClustrixWorkers'");
    }

    [Fact]
    public void A_property_of_the_project_file_that_nothing_reads_is_told_with_its_line()
    {
        var project = _directory.Write("a.csproj", """
            <Project>
              <PropertyGroup>
                <ClustrixSalt>1</ClustrixSalt>
                <ClustrixReuseResult>false</ClustrixReuseResult>
              </PropertyGroup>
            </Project>
            """);

        var problem = new NameCheck(new ProjectSources(project), []).Properties([]).ShouldHaveSingleItem();

        problem.File.ShouldBe(project);
        problem.Line.ShouldBe(4);
        problem.Message.ShouldContain("'ClustrixReuseResults'");
    }

    private List<Problem> Check(string metadata, params string[] own)
    {
        var item = new TaskItem("a", new Dictionary<string, string> { [metadata] = "1" });
        return [.. new NameCheck(new ProjectSources(_directory["none.csproj"]), own).Metadata(item, "ClustrixItem", KnownNames.Item)];
    }
}
