namespace Clustrix.Cli.Tests.Verbs;

public sealed class RunningAProject : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task A_project_is_found_in_the_directory_built_run_and_collected()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='one' Command='dotnet app/Job.dll' />");
        var run = (await _tool.RunAsync("run", "--json")).ShouldSucceed().Json.GetProperty("runs")[0];
        run.GetProperty("run").GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("one");
        var log = Path.Combine(run.GetProperty("directory").GetString()!, "items/one/stdout.log");
        (await File.ReadAllTextAsync(log)).ShouldBe("hello from Job\n");
        (await _tool.RunAsync("run")).ShouldSucceed().Output.ShouldContain("1 reused");
    }

    [Fact]
    public async Task A_failed_item_of_a_project_is_exit_code_1_and_an_error_in_its_file()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='bad' Command='exit 7' />");
        var run = await _tool.RunAsync("run", "Job.csproj");
        run.ExitCode.ShouldBe(1, run.Output);
        run.Output.ShouldContain("error CLX5001");
        var told = await _tool.RunAsync("run", "Job.csproj", "--json");
        told.ExitCode.ShouldBe(1, told.Error);
        told.Json.GetProperty("runs")[0].GetProperty("run").GetProperty("passed").GetBoolean().ShouldBeFalse();
        var problem = told.Json.GetProperty("problems")[0];
        problem.GetProperty("code").GetString().ShouldBe("CLX5001");
        problem.GetProperty("file").GetString().ShouldBe(_tool["Job.csproj"]);
        problem.GetProperty("line").GetInt32().ShouldBePositive();
        problem.GetProperty("message").GetString()!.ShouldNotContain("[");
    }

    [Fact]
    public async Task Every_target_framework_is_a_run_for_machines()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='one' Command='echo Artifacts: elsewhere; echo $TFM' Environment='TFM=$(TargetFramework)' />");
        var project = (await File.ReadAllTextAsync(_tool["Job.csproj"])).Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFrameworks>net10.0;netstandard2.1</TargetFrameworks>", StringComparison.Ordinal)
            .Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal)
            .Replace("src/Tasks/build/Clustrix.MSBuild.targets\" />", "src/Tasks/build/Clustrix.MSBuild.targets\" Condition=\"'$(TargetFramework)' != ''\" />", StringComparison.Ordinal)
            .Replace("</Project>", $"<Import Project=\"{Clustrix.Testing.Repository.At("src/Tasks/buildMultiTargeting/Clustrix.MSBuild.targets")}\" Condition=\"'$(TargetFramework)' == ''\" /></Project>", StringComparison.Ordinal);
        _tool.Write("Job.csproj", project);
        _tool.Write("Job.Program.cs", "");
        var runs = (await _tool.RunAsync("run", "--json")).ShouldSucceed().Json.GetProperty("runs");
        runs.GetArrayLength().ShouldBe(2);
        runs.EnumerateArray().Select(run => run.GetProperty("directory").GetString()).ShouldBeUnique();
        runs.EnumerateArray().Select(run => File.ReadAllText(Path.Combine(run.GetProperty("directory").GetString()!, "items/one/stdout.log"))).ShouldBe(["Artifacts: elsewhere\nnet10.0\n", "Artifacts: elsewhere\nnetstandard2.1\n"]);
    }

    [Fact]
    public async Task A_solution_runs_its_projects_that_have_items()
    {
        _tool.WriteProject("a/A.csproj", "<ClustrixItem Include='a' Command='echo a' />");
        _tool.WriteProject("b/B.csproj", "");
        _tool.WriteProject("c/C.csproj", "<ClustrixItem Include='c' Command='echo c' />");
        _tool.Write("All.slnx", "<Solution><Project Path='a/A.csproj' /><Project Path='b/B.csproj' /><Project Path='c/C.csproj' /></Solution>");
        var runs = (await _tool.RunAsync("run", "All.slnx", "--json")).ShouldSucceed().Json.GetProperty("runs");
        runs.EnumerateArray().Select(run => run.GetProperty("run").GetProperty("items")[0].GetProperty("name").GetString()).ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task Hash_and_snapshot_of_a_solution_tell_each_of_its_projects()
    {
        string[] projects = [_tool["a/A.csproj"], _tool["c/C.csproj"]];
        foreach (var project in projects)
        {
            _tool.WriteProject(project, "<ClustrixItem Include='one' Command='echo 1' />");
        }

        _tool.Write("All.slnx", "<Solution><Project Path='a/A.csproj' /><Project Path='c/C.csproj' /></Solution>");

        var lines = (await _tool.RunAsync("hash", "All.slnx")).ShouldSucceed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Select(line => line.Split("  ")[1]).ShouldBe(projects);
        lines.Select(line => line.Split("  ")[0]).Distinct().Count().ShouldBe(2);
        var snapshots = (await _tool.RunAsync("snapshot", "All.slnx", "--json")).ShouldSucceed().Json.GetProperty("projects").EnumerateArray().ToList();
        snapshots.Select(snapshot => snapshot.GetProperty("project").GetString()).ShouldBe(projects);
        snapshots.ShouldAllBe(snapshot => File.Exists(snapshot.GetProperty("snapshot").GetString()));
    }

    [Fact]
    public async Task A_program_in_one_file_runs_with_its_number_and_its_arguments()
    {
        _tool.Write("sweep.cs", "System.Console.WriteLine($\"{System.Environment.GetEnvironmentVariable(\"CLUSTRIX_ITEM_INDEX\")} {string.Join('+', args)}\");");
        var run = (await _tool.RunAsync("run", "sweep.cs", "--items", "2", "--", "a b", "c")).ShouldSucceed().Run;
        (await _tool.RunAsync("logs", run, "sweep-1")).Output.ShouldBe("1 a b+c\n");
    }

    [Fact]
    public async Task A_program_in_one_file_is_built_as_it_is_asked_for()
    {
        _tool.Write("loud.cs", "#if LOUD\nSystem.Console.WriteLine(\"LOUD\");\n#endif\n");
        var run = (await _tool.RunAsync("run", "loud.cs", "-p", "DefineConstants=LOUD", "-c", "Debug")).ShouldSucceed().Run;
        (await _tool.RunAsync("logs", run, "loud")).Output.ShouldBe("LOUD\n");
    }

    [Fact]
    public async Task A_program_that_does_not_compile_shows_the_compilers_own_error()
    {
        _tool.Write("sweep.cs", "this is no program");
        var run = await _tool.RunAsync("run", "sweep.cs");
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("error CS1002");
        run.Error.ShouldContain("error CLX1022");
    }

    [Fact]
    public async Task Hash_explains_itself_and_the_snapshot_says_where_it_lies()
    {
        _tool.WriteProject("Job.csproj", "");
        var hash = (await _tool.RunAsync("hash", "--explain")).ShouldSucceed().Output.Split('\n');
        hash[0].ShouldMatch("^[0-9a-f]{64}$");
        hash.ShouldContain(line => line.EndsWith("target framework net10.0", StringComparison.Ordinal));
        (await _tool.RunAsync("hash", "--json")).Json.GetProperty("projects")[0].GetProperty("hash").GetString().ShouldBe(hash[0]);
        File.Exists((await _tool.RunAsync("snapshot", "--json")).ShouldSucceed().Json.GetProperty("projects")[0].GetProperty("bill").GetString()).ShouldBeTrue();
    }

    [Fact]
    public async Task Push_of_a_project_can_be_a_dry_run()
    {
        _tool.WriteProject("Job.csproj", "<ClustrixItem Include='a' Command='echo a' />");
        (await _tool.RunAsync("push", "--dry-run")).ShouldSucceed().Output.ShouldContain("app/Job.dll");
        (await _tool.RunAsync("push")).ShouldSucceed().Output.ShouldContain("pushed to local");
        (await _tool.RunAsync("push", "--dry-run")).ShouldSucceed().Output.ShouldContain("0 files (0 bytes) would be pushed");
        var push = (await _tool.RunAsync("push", "--dry-run", "--json")).ShouldSucceed().Json.GetProperty("pushes")[0];
        push.GetProperty("files").GetInt32().ShouldBe(0);
        push.GetProperty("project").GetString().ShouldBe(_tool["Job.csproj"]);
        (await _tool.RunAsync("push", "--json")).ShouldSucceed().Json.GetProperty("pushes")[0].GetProperty("reused").GetInt32().ShouldBePositive();
    }

    [Fact]
    public async Task MSBuilds_own_error_is_shown_for_a_project_that_does_not_evaluate()
    {
        _tool.Write("Job.csproj", "<Project Sdk='Microsoft.NET.Sdk'><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><Import Project='missing.props' /></Project>");
        var run = await _tool.RunAsync("run");
        run.ExitCode.ShouldBe(2, run.Output);
        run.Output.ShouldContain("error MSB4019");
        foreach (var verb in new[] { "run", "push", "hash", "snapshot" })
        {
            var told = await _tool.RunAsync(verb, "--json");
            told.ExitCode.ShouldBe(2, verb + told.Error);
            told.Json.GetProperty("problems")[0].GetProperty("code").GetString().ShouldBe("MSB4019");
        }
    }

    [Fact]
    public async Task MSBuilds_own_error_is_shown_for_a_solution_whose_project_does_not_evaluate()
    {
        _tool.Write("Job.csproj", "<Project Sdk='Microsoft.NET.Sdk'><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><Import Project='missing.props' /></Project>");
        _tool.Write("All.slnx", "<Solution><Project Path='Job.csproj' /></Solution>");
        var run = await _tool.RunAsync("run", "All.slnx");
        run.ExitCode.ShouldBe(2, run.Output + run.Error);
        run.Error.ShouldContain("error MSB4019");
    }

    [Fact]
    public async Task A_project_without_Clustrix_is_told_how_to_add_it()
    {
        _tool.Write("Job.csproj", "<Project Sdk='Microsoft.NET.Sdk'><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>");
        (await _tool.RunAsync("run")).ShouldFail(2, "CLX1022", "dotnet add package Clustrix.MSBuild");
    }

    [Fact]
    public async Task Two_projects_in_a_directory_are_told_by_name()
    {
        _tool.WriteProject("A.csproj", "");
        _tool.WriteProject("B.csproj", "");
        (await _tool.RunAsync("run")).ShouldFail(2, "CLX1021", "A.csproj, B.csproj");
    }

    [Fact]
    public async Task An_SDK_that_is_asked_for_and_not_there_is_told()
    {
        _tool.WriteProject("Job.csproj", "");
        _tool.Write("global.json", """{ "sdk": { "version": "99.0.100", "rollForward": "disable" } }""");
        (await _tool.RunAsync("run")).ShouldFail(2, "CLX1023", "99.0.100", "global.json");
    }

    [Fact]
    public async Task No_SDK_at_all_is_told()
    {
        _tool.WriteProject("Job.csproj", "");
        var dotnet = (await ToolSandbox.EndAsync(_tool.Start("sh", ["-c", "command -v dotnet"]))).Output.Trim();

        // All tools but dotnet.
        Directory.CreateDirectory(_tool["bin"]);
        foreach (var name in new[] { "sh", "setsid", "env" })
        {
            File.CreateSymbolicLink(_tool[$"bin/{name}"], (await ToolSandbox.EndAsync(_tool.Start("sh", ["-c", $"command -v {name}"]))).Output.Trim());
        }

        _tool.Environment["PATH"] = _tool["bin"];
        (await ToolSandbox.EndAsync(_tool.Start(dotnet, [ToolSandbox.Assembly, "run"]))).ShouldFail(2, "CLX1023", "Install");
    }
}
