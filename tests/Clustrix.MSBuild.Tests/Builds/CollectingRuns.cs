namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class CollectingRuns(PackedPackage package)
{
    private const string Show = """
        <Target Name="Show" AfterTargets="ClustrixCollect">
          <Message Importance="high" Text="result %(ClustrixResult.Identity): %(ClustrixResult.Outcome) in %(ClustrixResult.Run)" />
          <Message Importance="high" Text="artifact %(ClustrixArtifact.Name) of %(ClustrixArtifact.Item) at %(ClustrixArtifact.Identity)" />
        </Target>
        """;

    [Fact]
    public async Task A_run_comes_back_by_its_id_with_its_failures_at_their_lines()
    {
        using var project = new TempProject(package).WriteProgram($"""
            <ItemGroup>
              <ClustrixItem Include="good" Command="echo it > out.txt" Outputs="out.txt" />
              <ClustrixItem Include="bad" Command="exit 4" />
            </ItemGroup>
            {Show}
            """);
        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX5001");
        var run = project.LastRun;
        Directory.Delete(project["artifacts"], recursive: true);
        var line = Array.FindIndex(File.ReadAllLines(project.ProjectFile), text => text.Contains("exit 4", StringComparison.Ordinal)) + 1;

        // As on another machine: nothing is built.
        Directory.Delete(project["bin"], recursive: true);
        (await project.BuildAsync("-t:ClustrixCollect", "--no-restore", $"-p:ClustrixRunId={run}")).ShouldFailWith("CLX5001")
            .ShouldMatch($@"Job\.csproj\({line},\d+\): error CLX5001: Item 'bad' failed with exit code 4")
            .ShouldSay("2 items: 1 passed, 1 failed");
        Directory.Exists(project["bin"]).ShouldBeFalse();

        (await project.BuildAsync("-t:ClustrixCollect", "--no-restore", $"-p:ClustrixRunId={run[..^2]}", "-p:ClustrixContinueOnItemFailure=true"))
            .ShouldMatch("warning CLX5001: Item 'bad'")
            .ShouldSay($"result good: Passed in {run}")
            .ShouldMatch(@"artifact out\.txt of good at /.*/items/good/outputs/out\.txt");
        project.Artifact("good/outputs/out.txt").ShouldBe("it\n");
        (await project.BuildAsync("-t:ClustrixCollect", "--no-restore")).ShouldFailWith("CLX5010").ShouldSay("ClustrixRunId").ShouldSay(run);
        (await project.BuildAsync("-t:ClustrixCancel", "--no-restore", $"-p:ClustrixRunId={run}")).ShouldSucceed().ShouldSay($"run {run} had ended before");
    }

    [Fact]
    public async Task Runs_are_listed_collected_and_cancelled_with_one_host_and_what_may_go_on_elsewhere_is_an_error()
    {
        using var project = new TempProject(package).WriteProgram("""<ItemGroup><ClustrixItem Include="one" Command="true" /></ItemGroup>""");
        File.SetUnixFileMode(
            project.Write("bin-of-ssh/ssh", $"""
                #!/bin/sh
                until [ "$1" = -- ]; do shift; done
                if [ "$2" = other ]; then [ ! -e '{project["down"]}' ] || exit 255; fi
                [ "$2" = one ] || set -- -- other "$(printf '%s' "$3" | sed "s|'{project.StoreRoot}'|'{project.StoreRoot}-of-other'|")"
                eval "$3"
                """),
            UnixFileMode.UserRead | UnixFileMode.UserExecute);
        project.Environment["PATH"] = $"{project["bin-of-ssh"]}:{Environment.GetEnvironmentVariable("PATH")}";
        project.Write("clustrix.json", """{ "hosts": ["one", "other"], "minHosts": 2 }""");
        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();
        project.Write("down", "");

        (await project.BuildAsync("-t:ClustrixStatus", "--no-restore")).ShouldNotMatch("error CLX").ShouldSay(project.LastRun);
        (await project.BuildAsync("-t:ClustrixCollect", "--no-restore", $"-p:ClustrixRunId={project.LastRun}")).ShouldNotMatch("error CLX").ShouldSay("Build succeeded.");
        (await project.BuildAsync("-t:ClustrixCancel", "--no-restore", $"-p:ClustrixRunId={project.LastRun}")).ShouldFailWith("CLX3001")
            .ShouldSay($"On one, run {project.LastRun} had ended before; nothing of it was left to end. On other, which can't be used now, items of it may still run: ");
        (await project.BuildAsync("-t:ClustrixClean", "--no-restore")).ShouldNotMatch("error CLX").ShouldSay("Build succeeded.");
        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX3014");
    }

    [Fact]
    public async Task The_outer_build_of_several_frameworks_collects_once()
    {
        using var project = new TempProject(package).WriteProgram(
            $"""<ItemGroup><ClustrixItem Include="one" Command="echo it > out.txt" Outputs="out.txt" /></ItemGroup>{Show.Replace("<Target", """<Target Condition="'$(TargetFramework)' == ''" """, StringComparison.Ordinal)}""",
            frameworks: "<TargetFrameworks>net10.0</TargetFrameworks>");
        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();

        (await project.BuildAsync("-t:ClustrixCollect", "--no-restore", $"-p:ClustrixRunId={project.LastRun}")).ShouldSucceed()
            .ShouldSay($"result one: Passed in {project.LastRun}")
            .ShouldSay("artifact out.txt of one");
    }
}
