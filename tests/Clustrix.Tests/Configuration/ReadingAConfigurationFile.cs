using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Testing;

namespace Clustrix.Tests.Configuration;

public sealed class ReadingAConfigurationFile : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_kind_of_value_is_read_with_its_place()
    {
        var file = await ReadAsync("""
            // A comment.
            {
              "$schema": "clustrix.schema.json",
              "workers": 3, /* another */
              "reuseResults": false,
              "timeout": "15m",
              "memory": "8GiB",
              "outputs": ["*.json", "logs/"],
              "salt": "é", "audit": true,
            }
            """);

        Texts(file).ShouldBe(new Dictionary<string, string>
        {
            ["Workers"] = "3",
            ["ReuseResults"] = "false",
            ["Timeout"] = "15m",
            ["Memory"] = "8GiB",
            ["Outputs"] = "*.json;logs/",
            ["Salt"] = "é",
            ["Audit"] = "true",
        });
        var origin = file.Values.Single(value => value.Setting == SettingsSchema.Audit).Origin;
        origin.ShouldBe(new SettingOrigin(SettingLayer.ProjectFile, "audit", _directory["clustrix.json"], 9, 16));
    }

    [Fact]
    public async Task A_byte_order_mark_moves_no_place()
    {
        var problem = (await FailAsync("\uFEFF{ \"slat\": \"x\" }")).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.UnknownSetting);
        (problem.Line, problem.Column).ShouldBe((1, 3));
    }

    [Theory]
    [InlineData("""{ "workerz": 3 }""", ErrorCode.UnknownSetting, 3, "Did you mean 'workers'?")]
    [InlineData("""{ "Workers": 3 }""", ErrorCode.UnknownSetting, 3, "Did you mean 'workers'?")]
    [InlineData("""{ "workers": "3" }""", ErrorCode.BadValue, 14, "a whole number, without quotes")]
    [InlineData("""{ "workers": -1 }""", ErrorCode.BadValue, 14, "'-1'")]
    [InlineData("""{ "workers": 1.5 }""", ErrorCode.BadValue, 14, "'1.5'")]
    [InlineData("""{ "workers": null }""", ErrorCode.BadValue, 14, "a whole number")]
    [InlineData("""{ "cpus": 0 }""", ErrorCode.BadValue, 11, "from 1 on")]
    [InlineData("""{ "reuseResults": "no" }""", ErrorCode.BadValue, 19, "true or false, without quotes")]
    [InlineData("""{ "timeout": 90 }""", ErrorCode.BadDuration, 14, "'90'")]
    [InlineData("""{ "timeout": "90" }""", ErrorCode.BadDuration, 14, "with its unit")]
    [InlineData("""{ "memory": 8 }""", ErrorCode.BadSize, 13, "'8'")]
    [InlineData("""{ "memory": ["8GB"] }""", ErrorCode.BadSize, 13, "a size in quotes")]
    [InlineData("""{ "outputs": "*.json" }""", ErrorCode.BadValue, 14, "a list of texts")]
    [InlineData("""{ "outputs": ["a", 1] }""", ErrorCode.BadValue, 14, "a list of texts")]
    [InlineData("""{ "clusters": { "farm": { "hosts": [] } } }""", ErrorCode.BadValue, 36, "Hosts takes at least 1 text. Leave it out if there is none.")]
    [InlineData("""{ "timeout": "1m", "timeout": "2m" }""", ErrorCode.BadValue, 20, "'timeout' is there twice, in line 1 too.")]
    [InlineData("""{ "clusters": { "farm": {}, "farm": { "workers": 1 } } }""", ErrorCode.BadValue, 29, "'clusters.farm' is there twice, in line 1 too.")]
    [InlineData("""{ "salt": {} }""", ErrorCode.BadValue, 11, "a text in quotes")]
    [InlineData("""{ "extends": [] }""", ErrorCode.BadValue, 14, "the path of one file")]
    [InlineData("""{ "clusters": [] }""", ErrorCode.BadValue, 15, "an object")]
    [InlineData("""{ "clusters": { "farm": 3 } }""", ErrorCode.BadValue, 25, "'farm'")]
    [InlineData("""{ "clusters": { "farm": { "hostKeyPolicy": "never" } } }""", ErrorCode.BadValue, 44, "strict or accept-new or SHA256:…")]
    [InlineData("""{ "hostKeyPolicy": "SHA256:abc" }""", ErrorCode.BadValue, 20, "the 43 letters, digits, + and / that 'ssh-keygen -lf' shows")]
    [InlineData("""{ "hostKeyPolicy": "SHA256:0000000000000000000000000000000000000000000=" }""", ErrorCode.BadValue, 20, "43")]
    [InlineData("""{ "hostKeyPolicy": "SHA256:$(id)00000000000000000000000000000000000000" }""", ErrorCode.BadValue, 20, "43")]
    [InlineData("""{ "clusters": { "farm": { "worker": 3 } } }""", ErrorCode.UnknownSetting, 27, "'clusters.farm.worker'. Did you mean 'workers'?")]
    [InlineData("""{ "clusters": { "farm": { "audit": true } } }""", ErrorCode.UnknownSetting, 27, "'clusters.farm.audit'")]
    [InlineData("""[]""", ErrorCode.CorruptConfiguration, 1, "one object")]
    [InlineData("", ErrorCode.CorruptConfiguration, 1, "no JSON")]
    [InlineData("""{ "workers": 3 """, ErrorCode.CorruptConfiguration, 16, "no JSON")]
    [InlineData("""{ "workers": 3 } {}""", ErrorCode.CorruptConfiguration, 18, "no JSON")]
    [InlineData("""{ "salt": "\uD800" }""", ErrorCode.CorruptConfiguration, 11, "Unicode")]
    public async Task What_is_wrong_is_told_with_line_and_column(string line, ErrorCode code, int column, string text)
    {
        var problem = (await FailAsync(line)).ShouldHaveSingleItem();

        problem.Code.ShouldBe(code, problem.Message);
        problem.File.ShouldBe(_directory["clustrix.json"]);
        (problem.Line, problem.Column).ShouldBe((1, column), problem.Message);
        problem.Message.ShouldContain(text);
        problem.Message.ShouldNotContain("LineNumber");
    }

    [Fact]
    public async Task Columns_count_characters_and_not_bytes()
    {
        var problem = (await FailAsync("""{ "salt": "äöü", "workers": "x" }""")).ShouldHaveSingleItem();

        problem.Column.ShouldBe(29);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_across_files()
    {
        _directory.Write("base.json", """{ "memory": "8" }""");

        var problems = await FailAsync("""
            {
              "extends": "base.json",
              "timeout": "5",
              "workerz": 1
            }
            """);

        problems.Select(problem => (Path.GetFileName(problem.File), problem.Line)).ShouldBe([("clustrix.json", 3), ("clustrix.json", 4), ("base.json", 1)]);
    }

    [Fact]
    public async Task A_file_takes_what_it_does_not_set_from_the_one_that_it_extends()
    {
        _directory.Write("shared/base.json", """
            { "extends": "more.json", "workers": 1, "retries": 1, "clusters": { "farm": { "workers": 8, "keepDays": 3 } } }
            """);
        _directory.Write("shared/more.json", """{ "retries": 2, "salt": "more", "artifactsDirectory": "out" }""");

        var file = await ReadAsync("""{ "extends": "shared/base.json", "workers": 2, "clusters": { "farm": { "workers": 9 } } }""");

        Texts(file).ShouldBe(new Dictionary<string, string> { ["Workers"] = "2", ["Retries"] = "1", ["Salt"] = "more", ["ArtifactsDirectory"] = "out" }, ignoreOrder: true);
        file.NamedClusters["farm"].Select(value => $"{value.Setting.Name}={value.Text}").ShouldBe(["Workers=9", "KeepDays=3"]);
        file.Values.Single(value => value.Setting == SettingsSchema.Salt).Origin.File.ShouldBe(_directory["shared/more.json"]);
    }

    [Theory]
    [InlineData("clustrix.json")]
    [InlineData("other.json")]
    public async Task A_circle_of_files_is_told_at_the_line_that_closes_it(string extended)
    {
        _directory.Write("other.json", """{ "extends": "third.json" }""");
        _directory.Write("third.json", """{ "extends": "./clustrix.json" }""");

        var problem = (await FailAsync($$"""{ "extends": "{{extended}}" }""")).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.CircularExtends);
        Path.GetFileName(problem.File).ShouldBe(extended == "other.json" ? "third.json" : "clustrix.json");
        (problem.Line, problem.Column).ShouldBe((1, 14));
        problem.Message.ShouldContain(" -> ");
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_at_the_line_that_names_it()
    {
        var problem = (await FailAsync("{\n  \"extends\": \"gone.json\"\n}")).ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.CorruptConfiguration);
        problem.File.ShouldBe(_directory["clustrix.json"]);
        (problem.Line, problem.Column).ShouldBe((2, 14));
        problem.Message.ShouldContain(_directory["gone.json"]);
    }

    private Task<ConfigurationFile> ReadAsync(string json) =>
        ConfigurationFile.ReadAsync(_directory.Write("clustrix.json", json), SettingLayer.ProjectFile, CancellationToken.None);

    private async Task<IReadOnlyList<Problem>> FailAsync(string json) =>
        (await Should.ThrowAsync<ClustrixException>(() => ReadAsync(json))).Problems;

    private static Dictionary<string, string> Texts(ConfigurationFile file) => file.Values.ToDictionary(value => value.Setting.Name, value => value.Text);
}
