using System.Text.RegularExpressions;
using Clustrix.Configuration;

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
    public async Task Every_setting_is_an_option_under_its_own_name_and_the_strongest_of_all()
    {
        _tool.Write("clustrix.json", """{ "clusters": { "seven": { "hosts": ["other"] } } }""");
        var values = SettingsSchema.All.ToDictionary(setting => setting.JsonName, ValueOf);
        foreach (var setting in SettingsSchema.All)
        {
            _tool.Environment[setting.VariableName] = setting.Default is { Length: > 0 } usual ? usual : ValueOf(setting);
        }

        string[] options = [.. SettingsSchema.All.SelectMany(setting => (string[])["--" + Kebab(setting.Name), values[setting.JsonName]])];
        var shown = (await _tool.RunAsync(["config", "show", "--json", .. options])).ShouldSucceed().Json.GetProperty("settings");
        foreach (var setting in SettingsSchema.All)
        {
            var told = shown.GetProperty(setting.JsonName);
            told.GetProperty("value").GetString().ShouldBe(values[setting.JsonName]);
            told.GetProperty("origin").GetString().ShouldBe("--" + Kebab(setting.Name));
        }
    }

    [Fact]
    public async Task Run_takes_every_setting_that_a_run_can_have()
    {
        var help = (await _tool.RunAsync("run", "--help")).ShouldSucceed().Output;
        SettingsSchema.All.Where(setting => setting != SettingsSchema.KeepDays).ShouldAllBe(setting => help.Contains($" --{Kebab(setting.Name)} ", StringComparison.Ordinal));
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

    private static string Kebab(string name) => Regex.Replace(name, "(?<!^)[A-Z]", "-$0").ToLowerInvariant();

    private static string ValueOf(Setting setting) => setting switch
    {
        { Name: nameof(SettingsSchema.OnClientLoss) } => "CancelAfter(7m)",
        { Kind: SettingKind.List, Choices: not null } => setting.Choices[^1],
        { Kind: SettingKind.Choice } => setting.Choices!.First(choice => choice != setting.Default && !choice.Contains('…', StringComparison.Ordinal)),
        { Kind: SettingKind.Switch } => setting.Default == "true" ? "false" : "true",
        { Kind: SettingKind.Count } => "7",
        { Kind: SettingKind.Duration } => "7m",
        { Kind: SettingKind.Size } => "7GB",
        { Name: nameof(SettingsSchema.Environment) } => "A=7",
        _ => "seven",
    };
}
