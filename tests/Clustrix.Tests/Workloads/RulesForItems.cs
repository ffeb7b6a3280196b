using System.Text.RegularExpressions;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Runs;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class RulesForItems
{
    private static readonly Item Good = new() { Name = "good", Command = "true" };

    [Fact]
    public void A_workload_without_an_item_has_nothing_to_run() => CodesOf().ShouldBe([ErrorCode.NothingToRun]);

    [Fact]
    public void Good_items_have_no_problem() =>
        CodesOf(
            Good with
            {
                Name = "odd / 'name' \\ ü",
                Command = "set -e\necho \"two lines\"",
                WorkingDirectory = "a/b",
                Outputs = ["**/*.trx", "logs/"],
                Environment = new Dictionary<string, string> { ["A_1"] = "any\nvalue", ["_b"] = "" },
            },
            Good with { Name = new string('x', 200) }).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    public void An_item_needs_a_command(string command) => CodesOf(Good with { Command = command }).ShouldBe([ErrorCode.ItemWithoutCommand]);

    [Fact]
    public void A_command_cannot_hold_a_nul() => CodesOf(Good with { Command = "a\0b" }).ShouldBe([ErrorCode.BadValue]);

    [Fact]
    public void A_name_has_1_to_200_characters_and_no_control_character()
    {
        CodesOf(Good with { Name = "" }).ShouldBe([ErrorCode.BadValue]);
        CodesOf(Good with { Name = new string('x', 201) }).ShouldBe([ErrorCode.BadValue]);
        CodesOf(Good with { Name = "a\nb" }).ShouldBe([ErrorCode.BadValue]);
    }

    [Fact]
    public void A_name_is_given_once_and_the_first_place_is_told()
    {
        var problem = ItemRules.Check(
            [new DeclaredItem(Good, "a.csproj", 3), new DeclaredItem(Good with { Name = "Good" }, "a.csproj", 4), new DeclaredItem(Good, "b.props", 7)])
            .ShouldHaveSingleItem();

        problem.ToString().ShouldStartWith("b.props(7,1) : error CLX1006: ");
        problem.Message.ShouldContain("a.csproj(3)");
    }

    [Fact]
    public void The_same_name_on_one_line_is_told_once() =>
        ItemRules.Check([new DeclaredItem(Good, "a.csproj", 3), new DeclaredItem(Good, "a.csproj", 3), new DeclaredItem(Good, "a.csproj", 3)]).ShouldHaveSingleItem();

    [Theory]
    [InlineData("", null)]
    [InlineData("data", null)]
    [InlineData("./data//deep/", null)]
    [InlineData("empty", null)]
    [InlineData("link/anywhere", null)]
    [InlineData("data/file", "is a file")]
    [InlineData("data/file/below", "leads through 'data/file'")]
    [InlineData("data/dep", "Did you mean 'data/deep'?")]
    [InlineData("elsewhere", "isn't in the payload")]
    public void A_working_directory_is_one_of_the_payload_s(string directory, string? fault)
    {
        var payload = new Payload([new Layer("l",
        [
            new LayerFile("data/file", FileKind.File, false, 0, "", null, null),
            new LayerFile("data/deep/file", FileKind.File, false, 0, "", null, null),
            new LayerFile("empty", FileKind.Directory, false, 0, "", null, null),
            new LayerFile("link", FileKind.SymbolicLink, false, 0, "", "data", null),
        ])]);

        var problems = ItemRules.Check([Good with { WorkingDirectory = directory }], payload);

        if (fault is null)
        {
            problems.ShouldBeEmpty();
        }
        else
        {
            (problems.ShouldHaveSingleItem().Code, problems[0].Item).ShouldBe((ErrorCode.PayloadMissing, "good"));
            problems[0].Message.ShouldContain(fault);
        }
    }

    [Theory]
    [InlineData("/abs", ErrorCode.PayloadEscapesRoot)]
    [InlineData("..", ErrorCode.PayloadEscapesRoot)]
    [InlineData("a/../../b", ErrorCode.PayloadEscapesRoot)]
    [InlineData("a\nb", ErrorCode.BadValue)]
    public void A_working_directory_stays_in_the_item_s_directory(string directory, ErrorCode code) =>
        CodesOf(Good with { WorkingDirectory = directory }).ShouldBe([code]);

    [Fact]
    public void Needs_are_within_bounds() =>
        CodesOf(Good with { Cpus = 0, Memory = -1, Retries = -1, Timeout = TimeSpan.Zero })
            .ShouldBe([ErrorCode.BadValue, ErrorCode.BadValue, ErrorCode.BadValue, ErrorCode.BadValue]);

    [Fact]
    public void An_output_pattern_must_be_one() =>
        CodesOf(Good with { Outputs = ["ok", "../x", "/y"] }).ShouldBe([ErrorCode.BadOutputPattern, ErrorCode.BadOutputPattern]);

    [Theory]
    [InlineData("")]
    [InlineData("1A")]
    [InlineData("A-B")]
    [InlineData("A B")]
    [InlineData("Ä")]
    [InlineData("A=")]
    [InlineData("A\n")]
    [InlineData("A;echo ran;B")]
    public void A_variable_has_a_name_that_a_shell_can_export(string name)
    {
        CodesOf(Good with { Environment = new Dictionary<string, string> { [name] = "" } }).ShouldBe([ErrorCode.BadValue]);
        ItemRules.CheckListed(["A", name]).ShouldHaveSingleItem().Message.ShouldContain("a shell can't export an environment variable named");
        Should.Throw<ArgumentException>(() => ShellText.Export(name, ""));
        Should.Throw<ArgumentException>(() => ItemScript.Write(Good with { Environment = new Dictionary<string, string> { [name] = "" } }, "key", null));
        Should.Throw<ArgumentException>(() => ItemCommand.Of(Good with { Environment = new Dictionary<string, string> { [name] = "" }, Modules = ["gcc"] }));
    }

    [Fact]
    public void What_a_worker_tells_an_item_cannot_be_told_otherwise()
    {
        var told = Directory.EnumerateFiles(Repository.At("src/Clustrix/Node"), "*.sh")
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains("export ", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line, "CLUSTRIX_[A-Z_]+").Select(match => match.Value))
            .Distinct()
            .ToList();

        told.Order(StringComparer.Ordinal).ShouldBe(VariableName.ToldToItems.Order(StringComparer.Ordinal));
        CodesOf(Good with { Environment = told.ToDictionary(name => name, _ => "x") }).ShouldBe(told.Select(_ => ErrorCode.BadValue));
        ItemRules.CheckListed(told).ShouldAllBe(problem => problem.Code == ErrorCode.BadValue && problem.Message.Contains("Clustrix sets the environment variable"));
        ItemRules.CheckListed(told).Count.ShouldBe(told.Count);
    }

    [Fact]
    public void Settings_can_be_handed_on_to_items() =>
        ItemRules.CheckListed([.. SettingsSchema.All.Select(setting => setting.VariableName), "CLUSTRIX_ITEM_INDEX"]).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("gcc/12 cuda")]
    [InlineData("gcc:cuda")]
    [InlineData("--help")]
    public void A_module_has_a_name_that_one_can_be_loaded_by(string name) =>
        CodesOf(Good with { Modules = [name], Setup = [" "] }).ShouldBe([ErrorCode.BadValue, ErrorCode.BadValue]);

    [Fact]
    public void A_variable_cannot_hold_a_nul() =>
        CodesOf(Good with { Environment = new Dictionary<string, string> { ["A"] = "\0" } }).ShouldBe([ErrorCode.BadValue]);

    [Fact]
    public void All_problems_come_at_once_on_one_line_each()
    {
        var problems = ItemRules.Check([new DeclaredItem(new Item { Name = "a\nb", Command = "", Cpus = 0, Outputs = ["\n"] }, "p", 1), new DeclaredItem(Good with { Retries = -1 }, "p", 2)]);

        problems.Select(problem => (problem.Code, problem.Line)).ShouldBe(
            [
                (ErrorCode.BadValue, 1),
                (ErrorCode.ItemWithoutCommand, 1),
                (ErrorCode.BadValue, 1),
                (ErrorCode.BadOutputPattern, 1),
                (ErrorCode.BadValue, 2),
            ]);
        problems.ShouldAllBe(problem => !problem.Message.Contains('\n'));
    }

    private static ErrorCode[] CodesOf(params Item[] items) =>
        [.. ItemRules.Check([.. items.Select(item => new DeclaredItem(item))]).Select(problem => problem.Code)];
}
