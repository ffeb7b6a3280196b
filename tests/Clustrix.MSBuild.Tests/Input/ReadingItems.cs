using Clustrix.Diagnostics;
using Clustrix.MSBuild.Input;
using Clustrix.Testing;
using Clustrix.Workloads;
using Microsoft.Build.Utilities;

namespace Clustrix.MSBuild.Tests.Input;

public sealed class ReadingItems : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_value_of_an_item_arrives()
    {
        var item = Read(
            "a",
            ("Command", "dotnet app/x.dll"),
            ("Arguments", "--n 1 > \"out put\""),
            ("WorkingDirectory", "data"),
            ("Timeout", "1h30m"),
            ("Cpus", "2"),
            ("Memory", "2GiB"),
            ("Outputs", "*.json;logs/**"),
            ("Environment", "A=1;B=x=y"),
            ("Retries", "3"),
            ("RetryOn", "TimedOut;Crashed"),
            ("Modules", "gcc/12.2;cuda"),
            ("Setup", "ulimit -s 1000;. x%3By"));

        _problems.ShouldBeEmpty();
        item.Name.ShouldBe("a");
        item.Command.ShouldBe("dotnet app/x.dll --n 1 > \"out put\"");
        item.WorkingDirectory.ShouldBe("data");
        item.Timeout.ShouldBe(TimeSpan.FromMinutes(90));
        item.Cpus.ShouldBe(2);
        item.Memory.ShouldBe(2L << 30);
        item.Outputs.ShouldBe(["*.json", "logs/**"]);
        item.Environment.ShouldBe(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x=y" });
        item.Retries.ShouldBe(3);
        item.Modules.ShouldBe(["gcc/12.2", "cuda"]);
        item.Setup.ShouldBe(["ulimit -s 1000", ". x;y"]);
        item.RetryOn.ShouldBe(RetryCauses.TimedOut | RetryCauses.Crashed);
    }

    [Fact]
    public void What_is_not_said_has_the_default_of_the_core()
    {
        var defaults = new Item { Name = "a", Command = "true" };

        var item = Read("a", ("Command", "true"));

        (item with { Outputs = defaults.Outputs, Environment = defaults.Environment, Modules = defaults.Modules, Setup = defaults.Setup }).ShouldBe(defaults);
        item.Outputs.ShouldBeEmpty();
        item.Environment.ShouldBeEmpty();
    }

    [Fact]
    public void An_escaped_semicolon_is_part_of_a_value()
    {
        var item = Read("a", ("Command", "true"), ("Environment", "PATHS=a%3Bb;C=%2525"));

        item.Environment.ShouldBe(new Dictionary<string, string> { ["PATHS"] = "a;b", ["C"] = "%25" });
    }

    [Theory]
    [InlineData("Timeout", "300", "CLX1002")]
    [InlineData("Timeout", "-1s", "CLX1002")]
    [InlineData("Memory", "8", "CLX1003")]
    [InlineData("Memory", "8 gigs", "CLX1003")]
    [InlineData("Cpus", "two", "CLX1004")]
    [InlineData("Cpus", "99999999999", "CLX1004")]
    [InlineData("Retries", "1.5", "CLX1004")]
    [InlineData("RetryOn", "Failed;Lost", "CLX1004")]
    [InlineData("Environment", "A", "CLX1004")]
    [InlineData("Environment", "=1", "CLX1004")]
    public void A_value_that_cannot_be_read_is_a_problem(string name, string value, string code)
    {
        Read("a", ("Command", "true"), (name, value));

        var problem = _problems.ShouldHaveSingleItem();
        problem.Code.ToText().ShouldBe(code);
        problem.Message.ShouldContain("'a'");
        problem.Message.ShouldContain(name);
    }

    [Fact]
    public void All_problems_of_an_item_are_told_at_once_with_their_lines()
    {
        Write("""
            <Project>
              <ItemGroup>
                <ClustrixItem Include="other" Command="true" />
                <ClustrixItem Include="a"
                              Command="true"
                              Timeout="300">
                  <Memory>8</Memory>
                </ClustrixItem>
              </ItemGroup>
            </Project>
            """);

        Read("a", ("Command", "true"), ("Timeout", "300"), ("Memory", "8"));

        _problems.Select(p => (p.File, p.Line)).ShouldBe([(ProjectFile, 6), (ProjectFile, 7)]);
    }

    [Fact]
    public void An_item_made_by_a_wildcard_is_found_by_its_only_element()
    {
        Write("""
            <Project>
              <ItemGroup>
                <ClustrixItem Include="parts/*" Command="true" Timeout="5" />
              </ItemGroup>
            </Project>
            """);

        Read("parts/one", ("Timeout", "5"));

        _problems.ShouldHaveSingleItem().Line.ShouldBe(3);
    }

    [Fact]
    public void A_project_file_that_cannot_be_read_costs_only_the_line()
    {
        Read("a", ("Timeout", "5"));

        var problem = _problems.ShouldHaveSingleItem();
        problem.File.ShouldBe(ProjectFile);
        problem.Line.ShouldBe(0);
    }

    private string ProjectFile => _directory["a.csproj"];

    private void Write(string xml) => _directory.Write("a.csproj", xml);

    private Item Read(string name, params (string Name, string Value)[] metadata)
    {
        var item = new TaskItem(name, metadata.ToDictionary(pair => pair.Name, pair => pair.Value));
        return new ItemReader(new Item { Name = "", Command = "" }, new ProjectSources(ProjectFile), _problems).Read(item);
    }
}
