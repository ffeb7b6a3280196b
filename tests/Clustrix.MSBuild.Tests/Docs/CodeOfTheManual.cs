using System.Xml.Linq;
using Clustrix.MSBuild.Tests.Builds;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Docs;

/// <summary>The blocks of the pages about MSBuild, as a reader would use them.</summary>
[Collection(BuildCollection.Name)]
public sealed class CodeOfTheManual(PackedPackage package)
{
    private const string Version = "0.1.0";

    [Fact]
    public async Task The_smallest_example_runs_as_it_stands()
    {
        using var project = new TempProject(package, "Count");
        project.Write("Count.csproj", Xml("README.md").Single(block => block.StartsWith("<Project", StringComparison.Ordinal)));
        project.Write("Program.cs", CodeBlock.Of("README.md", "csharp").Single(block => block.Text.Contains("args", StringComparison.Ordinal)).Text);
        project.Write("words/english.txt", "one two three");
        project.Write("words/german.txt", "eins zwei");

        (await BuildAsync(project, "README.md")).ShouldSucceed().ShouldSay("2 items: 2 passed.");

        project.Artifact("english/stdout.log").ShouldBe("3\n");
        project.Artifact("german/stdout.log").ShouldBe("2\n");
    }

    [Fact]
    public async Task The_parts_for_a_project_work_in_one()
    {
        using var project = new TempProject(package, "Count");
        project.Write("Count.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><ClustrixItem Include="make" Command="echo x > made.txt" Outputs="made.txt" /></ItemGroup>
              {string.Join('\n', Xml("README.md").Where(block => !block.StartsWith("<Project ", StringComparison.Ordinal)).Select(Placed))}
            </Project>
            """);
        project.Write("Program.cs", "System.Console.WriteLine();");

        (await BuildAsync(project, "README.md")).ShouldSucceed().ShouldMatch(@"make: .*/items/make/outputs/made\.txt");
    }

    [Fact]
    public async Task The_packages_own_page_runs_as_it_stands()
    {
        using var project = new TempProject(package, "MyTool");
        project.Write("MyTool.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              {Xml("src/Tasks/README.md").Single()}
            </Project>
            """);
        project.Write("Program.cs", """File.WriteAllText("result.json", args[1]);""");

        (await BuildAsync(project, "src/Tasks/README.md")).ShouldSucceed().ShouldSay("2 items: 2 passed.");

        project.Artifact("second/outputs/result.json").ShouldBe("2");
    }

    private static Task<BuildResult> BuildAsync(TempProject project, string page)
    {
        var command = CodeBlock.Of(page, "sh").Single(block => block.FirstLine.StartsWith("dotnet build -", StringComparison.Ordinal));
        return project.BuildAsync(command.FirstLine.Split(' ')[2..]);
    }

    private List<string> Xml(string page) =>
        [.. CodeBlock.Of(page, "xml").Select(block => block.Text.Replace($"\"{Version}\"", $"\"{package.Version}\"", StringComparison.Ordinal))];

    private static string Placed(string fragment) => XElement.Parse(fragment).Name.LocalName == "PackageReference" ? $"<ItemGroup>{fragment}</ItemGroup>" : fragment;
}
