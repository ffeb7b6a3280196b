namespace Clustrix.Cli.Tests.Verbs;

public sealed class Configuring : IDisposable
{
    private readonly ToolSandbox _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Show_tells_the_origin_of_every_value()
    {
        _tool.Write("clustrix.json", "{\n  \"retries\": 2, // more\n  \"workers\": 3,\n}");
        _tool.Environment["CLUSTRIX_WORKERS"] = "5";
        var shown = (await _tool.RunAsync("config", "show", "--salt", "x")).ShouldSucceed().Output;
        shown.ShouldContain("salt = x  (--salt)");
        shown.ShouldContain("workers = 5  (environment CLUSTRIX_WORKERS)");
        shown.ShouldContain($"retries = 2  ({_tool["clustrix.json"]}(2,3))");
        shown.ShouldContain("timeout = 1h  (default)");
        (await _tool.RunAsync("config", "show", "--json")).Json.GetProperty("settings").GetProperty("workers").GetProperty("layer").GetString().ShouldBe("Environment");
    }

    [Fact]
    public async Task A_value_of_the_file_is_used()
    {
        _tool.Write("clustrix.json", """{ "artifactsDirectory": "made/here" }""");
        var run = (await _tool.RunAsync("run", "--", "true")).ShouldSucceed().Run;
        Directory.Exists(_tool[$"made/here/{run}"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Init_writes_a_file_that_is_whole_and_overwrites_none()
    {
        (await _tool.RunAsync("init")).ShouldSucceed();
        (await File.ReadAllTextAsync(_tool["clustrix.json"])).ShouldContain("// \"reuseResults\": true,");
        (await _tool.RunAsync("config", "check")).ShouldSucceed().Output.ShouldContain("whole");
        (await _tool.RunAsync("init")).ShouldFail(2, "CLX1025");
    }

    [Fact]
    public async Task Each_wrong_line_of_the_file_is_told_with_its_place()
    {
        _tool.Write("clustrix.json", "{\n  \"retrys\": 2,\n  \"timeout\": \"90\"\n}");
        var check = await _tool.RunAsync("config", "check");
        check.ExitCode.ShouldBe(2);
        check.Errors.Count.ShouldBe(2);
        check.Errors[0].ShouldContain("(2,3) : error CLX1001");
        check.Errors[0].ShouldContain("Did you mean 'retries'?");
        check.Errors[1].ShouldContain("(3,14) : error CLX1002");
    }

    [Fact]
    public async Task A_file_that_extends_itself_is_told()
    {
        _tool.Write("clustrix.json", """{ "extends": "other.json" }""");
        _tool.Write("other.json", """{ "extends": "clustrix.json" }""");
        (await _tool.RunAsync("status")).ShouldFail(2, "CLX1015", "other.json -> ");
    }
}
