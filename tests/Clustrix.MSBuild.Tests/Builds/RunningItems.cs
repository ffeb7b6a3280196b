using System.Diagnostics;
using System.Globalization;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Builds;

[Collection(BuildCollection.Name)]
public sealed class RunningItems(PackedPackage package)
{
    [Fact]
    public async Task Later_targets_find_results_and_artifacts()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixItem Include="one;two" Command="mkdir d; echo %(Identity) > 'd/a;b (1).txt'; echo said" Outputs="d/*" Timeout="1m" />
            </ItemGroup>
            <Target Name="Show" AfterTargets="ClustrixRun">
              <Message Importance="high" Text="result %(ClustrixResult.Identity): %(Outcome) exit=%(ExitCode) signal=%(Signal) attempts=%(Attempts) cached=%(Cached) flaky=%(Flaky) worker=%(Worker) took=%(Duration) out=%(StandardOutput)" />
              <Message Importance="high" Text="artifact [%(ClustrixArtifact.Filename)%(ClustrixArtifact.Extension)] of %(ClustrixArtifact.Item) name=[%(ClustrixArtifact.Name)] digest=%(ClustrixArtifact.Digest) run=%(ClustrixArtifact.Run)" />
            </Target>
            """);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed()
            .ShouldMatch(@"result one: Passed exit=0 signal=0 attempts=1 cached=false flaky=false worker=\S+/\d+ took=\S+s out=/\S+/items/one/stdout.log")
            .ShouldMatch(@"artifact \[a;b \(1\)\.txt\] of two name=\[d/a;b \(1\)\.txt\] digest=[0-9a-f]{64} run=\d{8}-\d{6}-\w+");
        (await project.BuildAsync("-t:ClustrixRun", "--no-restore")).ShouldSucceed().ShouldMatch("result one: Passed .* attempts=0 cached=true");
        (await project.BuildAsync("-t:ClustrixRun", "--no-restore", "-p:ClustrixReuseResults=false")).ShouldSucceed().ShouldMatch("result one: Passed .* attempts=1 cached=false");
        (await project.BuildAsync("-t:ClustrixRun", "--no-restore", "-p:ClustrixSalt=2")).ShouldSucceed().ShouldMatch("result two: Passed .* attempts=1 cached=false");
    }

    [Fact]
    public async Task An_item_that_fails_is_an_error_at_its_line_with_its_last_words_and_its_log()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixItem Include="good" Command="true" />
              <ClustrixItem Include="broken" Command="echo first; echo the reason >&amp;2; exit 3" />
              <ClustrixItem Include="empty" Command="true" Outputs="*.txt" />
              <ClustrixItem Include="slow" Command="sleep 60" Timeout="500ms" />
              <ClustrixItem Include="killed" Command="kill -9 $$" />
            </ItemGroup>
            """);
        var line = Array.FindIndex(File.ReadAllLines(project.ProjectFile), text => text.Contains("broken", StringComparison.Ordinal)) + 1;

        (await project.BuildAsync("-t:ClustrixRun")).ShouldFailWith("CLX5001")
            .ShouldMatch($@"Job\.csproj\({line},\d+\): error CLX5001: Item 'broken' failed with exit code 3 on \S+ after [\d.]+ s.*the reason.*/items/broken/stderr\.log")
            .ShouldMatch("error CLX5002: Item 'slow'")
            .ShouldMatch("error CLX5004: Item 'killed'.*signal 9")
            .ShouldMatch(@"error CLX5007: Item 'empty'.*\*\.txt")
            .ShouldNotSay("Item 'good'")
            .ShouldSay("5 items: 1 passed");

        var tolerant = await project.BuildAsync("-t:ClustrixRun", "--no-restore", "-p:ClustrixContinueOnItemFailure=true");
        tolerant.ShouldMatch("warning CLX5001: Item 'broken'").ShouldSay("Build succeeded.").ShouldSay("(1 reused)");
    }

    [Fact]
    public async Task Payload_lies_where_the_project_says_or_where_it_lies_in_the_project()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixPayload Include="data"><Exclude>**/*.tmp;skipped</Exclude></ClustrixPayload>
              <ClustrixPayload Include="many/**/*.txt" />
              <ClustrixPayload Include="many/**/*.txt" Destination="moved/to" />
              <ClustrixPayload Include="data/sub" Destination="sub" />
              <ClustrixPayload Include="single.txt" />
              <ClustrixPayload Include="single.txt" Destination="below" />
              <ClustrixPayload Include="root/**/*.txt" Destination="." />
              <ClustrixItem Include="list" Command="find -L . -type f ! -path './app/*' | sort > list" Outputs="list" />
              <Content Include="content/c.txt" CopyToOutputDirectory="PreserveNewest" />
              <ClustrixItem Include="outputs" Command="(cd app; find . -type f | sort) > list" Outputs="list" />
            </ItemGroup>
            """);
        foreach (var file in (string[])["data/a.txt", "data/b.tmp", "data/skipped/x", "data/sub/s.txt", "many/m.txt", "many/deep/d.txt", "single.txt", "content/c.txt", "root/at-root.txt", "root/r/r.txt"])
        {
            project.Write(file, file);
        }

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();

        project.Artifact("list/outputs/list").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(path => path != "./list").ShouldBe(
        [
            "./at-root.txt", "./below/single.txt", "./data/a.txt", "./data/sub/s.txt", "./many/deep/d.txt", "./many/m.txt",
            "./moved/to/deep/d.txt", "./moved/to/m.txt", "./r/r.txt", "./single.txt", "./sub/s.txt",
        ]);
        project.Artifact("outputs/outputs/list").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["./Job.deps.json", "./Job.dll", "./Job.pdb", "./Job.runtimeconfig.json", "./content/c.txt"]);
    }

    [Fact]
    public async Task Why_an_item_is_run_again_is_told()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixPayload Include="data" />
              <ClustrixItem Include="one" Command="cat data/*" />
            </ItemGroup>
            """);
        project.Write("data/a.txt", "a");
        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldNotSay("since the last");
        project.Write("data/a.txt", "b");
        project.Write("data/b.txt", "b");

        (await project.BuildAsync("-t:ClustrixRun", "--no-restore")).ShouldSucceed()
            .ShouldNotSay("since the last snapshot")
            .ShouldSay("since the last run: payload file 'data/a.txt' changed")
            .ShouldSay("since the last run: payload file 'data/b.txt' added");
        (await project.BuildAsync("-t:ClustrixRun", "--no-restore")).ShouldSucceed().ShouldSay("(1 reused)").ShouldNotSay("since the last");
        File.Exists(project[$"artifacts/clustrix/{project.LastRun}/payload.json"]).ShouldBeTrue();
    }

    [Fact]
    public async Task The_project_s_own_directory_may_be_payload()
    {
        using var project = new TempProject(package).WriteProgram("""
            <ItemGroup>
              <ClustrixPayload Include="."><Exclude>bin;obj;artifacts;store;cache;*.binlog</Exclude></ClustrixPayload>
              <ClustrixItem Include="list" Command="ls *.cs *.csproj" />
            </ItemGroup>
            """);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();

        project.Artifact("list/stdout.log").ShouldBe("Job.csproj\nProgram.cs\n");
    }

    [Fact]
    public async Task Hooks_run_between_the_steps()
    {
        using var project = new TempProject(package).WriteProgram("""
            <PropertyGroup>
              <ClustrixPushDependsOn>Generate</ClustrixPushDependsOn>
            </PropertyGroup>
            <Target Name="Generate">
              <WriteLinesToFile File="made.txt" Lines="made" Overwrite="true" />
              <ItemGroup>
                <ClustrixPayload Include="made.txt" />
                <ClustrixItem Include="from-target" Command="cat made.txt" />
              </ItemGroup>
            </Target>
            """);

        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed().ShouldSay("1 item: 1 passed.");
        project.Artifact("from-target/stdout.log").ShouldBe("made\n");
        (await project.BuildAsync("-t:ClustrixPush", "--no-restore")).ShouldSucceed().ShouldSay("local has the payload already");
    }

    [Fact]
    public async Task The_cluster_tells_what_it_has_and_cleans_up()
    {
        using var project = new TempProject(package).WriteProgram("""<ItemGroup><ClustrixItem Include="a" Command="true" /></ItemGroup>""");
        (await project.BuildAsync("-t:ClustrixRun")).ShouldSucceed();

        (await project.BuildAsync("-t:ClustrixPreflight", "--no-restore")).ShouldSucceed().ShouldMatch($@"local +\w+ +linux-.* {project.StoreRoot}");
        (await project.BuildAsync("-t:ClustrixPreflight", "--no-restore", "-p:ClustrixStoreRoot=/proc/nowhere")).ShouldFailWith("CLX3003");
        (await project.BuildAsync("-t:ClustrixStatus", "--no-restore")).ShouldSucceed().ShouldMatch(@"\d{8}-\d{6}-\w+  1 of 1 item done, ended");
        (await project.BuildAsync("-t:ClustrixCancel", "--no-restore", "-p:ClustrixRunId=nobody")).ShouldFailWith("CLX5010");
        (await project.BuildAsync("-t:ClustrixClean", "--no-restore", "-p:ClustrixKeepDays=-1")).ShouldFailWith("CLX1004");
        (await project.BuildAsync("-t:ClustrixClean", "--no-restore", "-p:ClustrixKeepDays=0", "-p:ClustrixDryRun=true")).ShouldSucceed().ShouldSay("1 run");
    }

    // The SDK leaves at SIGTERM by itself, at once and with 0; of SIGINT and SIGHUP it knows nothing.
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task A_signal_ends_the_build_and_every_process_of_its_items(string signal)
    {
        using var project = new TempProject(package).WriteProgram("");
        var mark = project["started"];
        File.WriteAllText(project.ProjectFile, File.ReadAllText(project.ProjectFile).Replace(
            "</Project>", $"""<ItemGroup><ClustrixItem Include="long" Command="sleep 300 &amp; echo $! > {mark}.new; mv {mark}.new {mark}; wait" /></ItemGroup></Project>""", StringComparison.Ordinal));
        using var build = Process.Start(ChildProcess.StartInfo("dotnet", project.CommandLine("-t:ClustrixRun"), project.Root))!;
        build.StandardInput.Close();
        var output = build.StandardOutput.ReadToEndAsync();

        await Until(() => File.Exists(mark));
        var sleeper = int.Parse(await File.ReadAllTextAsync(mark), CultureInfo.InvariantCulture);
        await SendAsync(build, signal);
        await build.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await Until(() => HasEnded(sleeper));

        build.ExitCode.ShouldBe(1, await output);
        (await output).ShouldMatch(@"Run \S+ is cancelled; its processes are ended");
        if (signal != "INT")
        {
            (await output).ShouldContain($"error CLX5005: The build was told to end by SIG{signal}");
        }
    }

    [Fact]
    public async Task A_build_that_would_go_on_with_another_project_leaves_too_and_runs_nothing_more()
    {
        using var project = new TempProject(package).WriteProgram("");
        var mark = project["started"];
        File.WriteAllText(project.ProjectFile, File.ReadAllText(project.ProjectFile).Replace(
            "</Project>", $"""
            <ItemGroup><ClustrixItem Include="$(Part)" Command=": > {mark}-$(Part); sleep 300" /></ItemGroup>
            <Target Name="Both">
              <MSBuild Projects="$(MSBuildProjectFullPath)" Targets="ClustrixRun" Properties="Part=first" ContinueOnError="true" />
              <MSBuild Projects="$(MSBuildProjectFullPath)" Targets="ClustrixRun" Properties="Part=second" ContinueOnError="true" />
              <Exec Command="while kill -0 $PPID; do sleep 0.1; done" />
            </Target>
            </Project>
            """, StringComparison.Ordinal));
        using var build = Process.Start(ChildProcess.StartInfo("dotnet", project.CommandLine("-t:Both"), project.Root))!;
        build.StandardInput.Close();
        var output = build.StandardOutput.ReadToEndAsync();

        await Until(() => File.Exists($"{mark}-first"));
        await SendAsync(build, "TERM");
        await build.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        build.ExitCode.ShouldBe(1);
        File.Exists($"{mark}-second").ShouldBeFalse();
    }

    // The exit code is the SDK's own there; the server is the one that has the run.
    [Fact]
    public async Task The_server_of_MSBuild_cancels_the_run_of_a_client_that_was_ended()
    {
        using var project = new TempProject(package).WriteProgram("");
        var mark = project["started"];
        File.WriteAllText(project.ProjectFile, File.ReadAllText(project.ProjectFile).Replace(
            "</Project>", $"""<ItemGroup><ClustrixItem Include="long" Command="echo $$ > {mark}.new; mv {mark}.new {mark}; exec sleep 300" /></ItemGroup></Project>""", StringComparison.Ordinal));
        var start = ChildProcess.StartInfo("dotnet", project.CommandLine("-t:ClustrixRun"), project.Root);
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "0";

        // A server of this test's own.
        start.Environment["MSBUILDNODEHANDSHAKESALT"] = project.Root;
        using var build = Process.Start(start)!;
        build.StandardInput.Close();

        await Until(() => File.Exists(mark));
        var sleeper = int.Parse(await File.ReadAllTextAsync(mark), CultureInfo.InvariantCulture);
        await SendAsync(build, "TERM");
        await build.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        await Until(() => HasEnded(sleeper));
    }

    private static async Task SendAsync(Process build, string signal) =>
        (await ChildProcess.RunAsync("kill", [$"-{signal}", build.Id.ToString(CultureInfo.InvariantCulture)], build.StartInfo.WorkingDirectory, TimeSpan.FromSeconds(10))).ExitCode.ShouldBe(0);

    // One that nobody has taken note of yet has no command line either.
    private static bool HasEnded(int process) => Processes.CommandLineOf(process).Length == 0;

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
