using System.Text.RegularExpressions;
using Clustrix.MSBuild.Tests.Auditing;

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

    [Fact]
    public async Task The_audit_warns_of_a_vulnerable_package_unless_it_is_switched_off()
    {
        using var feed = new LoopbackFeed()
            .Answering("index.json", """{ "version": "3.0.0", "resources": [ { "@id": "ROOT/vulnerabilities/index.json", "@type": "VulnerabilityInfo/6.7.0" } ] }""")
            .Answering("vulnerabilities/index.json", """[ { "@name": "base", "@id": "ROOT/vulnerabilities/base.json", "@updated": "2026-01-01T00:00:00Z" } ]""")
            .Answering("vulnerabilities/base.json", """{ "clustrix.msbuild": [ { "url": "https://advisories.example/1", "severity": 2, "versions": "(, )" } ] }""");
        using var project = new TempProject(package).WriteProgram("<PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup>");
        project.Write("nuget.config", File.ReadAllText(project["nuget.config"]).Replace(
            "</configuration>",
            $"""<auditSources><clear /><add key="audit" value="{feed.Index}" allowInsecureConnections="true" /></auditSources></configuration>""",
            StringComparison.Ordinal));

        (await project.BuildAsync("-t:ClustrixSnapshot", "-p:ClustrixAudit=false")).ShouldSucceed();
        feed.Requests.ShouldBe(0);
        Directory.Delete(project.IntermediateDirectory, recursive: true);

        (await project.BuildAsync("-t:ClustrixSnapshot", "-p:ClustrixAudit=true", "--no-restore"))
            .ShouldMatch(@"warning CLX2006: Clustrix\.MSBuild .* has a known vulnerability of high severity, https://advisories\.example/1")
            .ShouldSay("Build succeeded.");
    }

    private static string Hash(BuildResult build) => Regex.Match(build.ShouldSucceed().Output, "Clustrix: environment ([0-9a-f]{64})").Groups[1].Value;
}
