using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>The samples as a user would have them: outside of the repository, with the package.</summary>
[Collection(BuildCollection.Name)]
public sealed class Samples(PackedPackage package)
{
    [Fact]
    public async Task Hello_brings_its_greeting_back()
    {
        using var project = Copy("Hello");

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldSay("2 items: 2 passed.");

        project.Artifact("greeting/outputs/greeting.txt").ShouldBe("Hello, cluster!\n");
        project.Artifact("machine/stdout.log").ShouldStartWith("Linux");
    }

    [Fact]
    public async Task CodeMetrics_shows_one_table_of_all_folders()
    {
        using var project = Copy("CodeMetrics", "samples/CodeMetrics/");
        project.Write("src/One/One.csproj", "<Project />");
        project.Write("src/One/One.cs", "// says\nclass One\n{\n    bool Is(int a) => a > 1 && a < \"// no\".Length;\n}\n");
        project.Write("tests/Two/Two.csproj", "<Project />");
        project.Write("bench/Three/Three.csproj", "<Project />");
        project.Write("tests/Two/obj/Generated.cs", "class Generated;");

        var build = (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldSay("3 items: 3 passed.");

        build.ShouldMatch(@"src/One +1 +4 +1 +1 +1 +1\b").ShouldMatch(@"tests/Two +0 +0 +0 +0 +0 +0\b").ShouldMatch("3 folders +1 ");
    }

    [Fact]
    public void A_project_file_of_a_first_sample_is_short() =>
        File.ReadLines(Repository.At("samples/Hello/Hello.csproj")).Count().ShouldBeLessThanOrEqualTo(15);

    private TempProject Copy(string name, string directory = "")
    {
        var project = new TempProject(package, name, directory);
        foreach (var file in Directory.EnumerateFiles(Repository.At($"samples/{name}")).Where(file => Path.GetFileName(file) != "packages.lock.json"))
        {
            File.Copy(file, project[directory + Path.GetFileName(file)]);
        }

        return project.TakePackageForAll();
    }
}
