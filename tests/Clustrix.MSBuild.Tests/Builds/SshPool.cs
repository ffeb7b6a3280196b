using System.Text.RegularExpressions;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>The sample on three real SSH hosts that have no .NET.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class SshPool(PackedPackage package)
{
    private const string Command = "dotnet build samples/SshPool -t:ClustrixRun";

    [SshHostsFact]
    public async Task CodeMetrics_runs_on_a_pool_of_three_hosts()
    {
        CodeBlock.Of("samples/SshPool/README.md", "sh").ShouldHaveSingleItem().Text.Trim().ShouldBe(Command);
        await using var hosts = await SshHosts.OpenAsync();
        await Task.WhenAll(hosts.StartAsync("h1"), hosts.StartAsync("h2"), hosts.StartAsync("h3"));
        using var project = new TempProject(package, "SshPool", "samples/SshPool/");
        foreach (var sample in (string[])["SshPool", "CodeMetrics"])
        {
            foreach (var file in Directory.EnumerateFiles(Repository.At($"samples/{sample}")).Where(file => Path.GetFileName(file) is not ("packages.lock.json" or "README.md")))
            {
                project.Write($"samples/{sample}/{Path.GetFileName(file)}", await File.ReadAllTextAsync(file));
            }
        }

        foreach (var number in Enumerable.Range(0, 12))
        {
            project.Write($"src/P{number}/P{number}.csproj", "<Project />");
            project.Write($"src/P{number}/P.cs", "class P;\n");
        }

        project.Write("tests/T/T.csproj", "<Project />");
        project.Write("bench/B/B.csproj", "<Project />");
        project.TakePackageForAll();

        var build = (await project.BuildAsync("-t:ClustrixRun", $"-p:ClustrixSshConfig={hosts.ConfigFile}")).ShouldSucceed().ShouldSay("14 items: 14 passed.");

        build.ShouldMatch("14 folders +12 ");
        Worker().Matches(await File.ReadAllTextAsync(Directory.EnumerateFiles(project["samples/SshPool/artifacts"], "run.json", SearchOption.AllDirectories).Single()))
            .Select(match => match.Groups[1].Value).Distinct().Except(["h1", "h2", "h3"]).ShouldBeEmpty();
        foreach (var host in (string[])["h1", "h2", "h3"])
        {
            (await hosts.Known(host).RunAsync($"ls -d '{project.StoreRoot}'/ws/*.ready | wc -l")).Output.Trim().ShouldBe("2", "the payload and the runtime");
        }

        (await project.BuildAsync("-t:ClustrixRun", $"-p:ClustrixSshConfig={hosts.ConfigFile}")).ShouldSucceed().ShouldSay("14 items: 14 passed (14 reused).");
    }

    [GeneratedRegex("\"worker\": ?\"([^/\"]+)/", RegexOptions.CultureInvariant)]
    private static partial Regex Worker();
}
