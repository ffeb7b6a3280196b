using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class OutputsOfItems
{
    private const string MakeTree =
        """
        mkdir -p out/deep/er out/.dir empty
        for f in a.txt b.txt c.log d .e.txt out/a.txt out/f.txt out/.g.txt out/deep/a.txt out/deep/er/a.txt out/.dir/a.txt; do echo $f >$f; done
        ln -s a.txt link.txt; ln -s out outlink; ln -s /etc etc
        """;

    private static readonly string[] Tree =
    [
        "a.txt", "b.txt", "c.log", "d", ".e.txt", "out/a.txt", "out/f.txt", "out/.g.txt", "out/deep/a.txt", "out/deep/er/a.txt", "out/.dir/a.txt",
    ];

    private static readonly string[] Patterns =
    [
        "*.txt", "*", "?.txt", "[a-c].*", "[!a].txt", ".*.txt", "d", "out", "out/", "out/**", "**", "**/a.txt", "out/**/a.txt", "out/*/a.txt", "out/.dir/*", "*/*.txt", "out/**/er/*", "**/*.txt", "out/.g.txt",
    ];

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Patterns_match_on_the_node_what_they_match_here(string kind)
    {
        using var node = new Node(kind);

        var (_, items) = await node.RunAsync(Node.PayloadOf(), [.. Patterns.Select(pattern => Node.Item(pattern, MakeTree) with { Outputs = [pattern] })]);

        foreach (var (item, text) in items.Zip(Patterns))
        {
            PathPattern.TryParse(text, out var pattern, out _).ShouldBeTrue();
            item.Outputs.Select(output => output.Name).Order(StringComparer.Ordinal).ShouldBe(Tree.Where(path => pattern!.Matches(path)).Order(StringComparer.Ordinal), text);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_output_whose_name_is_no_text_costs_nothing_but_itself(string kind)
    {
        using var node = new Node(kind);

        var (run, items) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("odd", @"echo odd >""$(printf 'caf\351.txt')""; echo fine >fine.txt; echo said") with { Outputs = ["*.txt"] },
                Node.Item("plain", "echo plain >plain.txt") with { Outputs = ["*.txt"] },
            ]);

        run.Passed.ShouldBeTrue();
        (items[0].IsWhole, items[0].Outputs.Single().Name, File.ReadAllText(items[0].Stdout!)).ShouldBe((false, "fine.txt", "said\n"));
        (items[0].NotCollected!.Code, items[0].NotCollected!.Item).ShouldBe((ErrorCode.OutputNameUnusable, "odd"));
        items[0].NotCollected!.Message.ShouldContain("'caf%E9.txt'");
        items[0].NotCollected!.Message.ShouldContain($"'{node.StoreRoot}/{items[0].Result.Record!.Directory}/work'");
        (items[1].IsWhole, File.ReadAllText(items[1].Outputs.Single().Path)).ShouldBe((true, "plain\n"));

        // .NET can't remove it either.
        await Shell.RunAsync(node.StoreRoot, "rm run/*/att/*/work/caf*");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Files_of_any_name_and_content_come_back(string kind)
    {
        using var node = new Node(kind);
        string[] names = ["two words", "it's", "\"", "new\nline", "trailing\n", "back\\slash", "\\", "-rf", "*", "[a]", "$(id)", "%41", "a,b", "é😀", "tab\t", "\u0001", "#", "~"];
        var payload = Node.PayloadOf(node.TextFile("names", string.Join('\0', names) + "\0"));
        using var bytes = new TempDirectory();
        var content = Enumerable.Range(0, 5_000_000).Select(i => (byte)((i * 31L * i) >> 7)).ToArray();
        File.WriteAllBytes(bytes["5MB"], content);
        var item = Node.Item("item", $"mkdir 'odd dir'; cd 'odd dir'; xargs -0 -n1 sh -c 'printf %s \"$1\" >\"./$1\"' - <../names; cp {bytes["5MB"]} bytes; : >empty; ln bytes 'same bytes'; ln empty hard") with
        {
            Outputs = ["odd dir/", "odd dir/bytes", "*/bytes"],
        };

        var (_, items) = await node.RunAsync(payload, [item]);

        items[0].Result.Outcome.ShouldBe(Outcome.Passed);
        items[0].Outputs.Select(output => output.Name).Order(StringComparer.Ordinal)
            .ShouldBe([.. names.Concat(["bytes", "same bytes", "empty", "hard"]).Select(name => "odd dir/" + name).Order(StringComparer.Ordinal)]);
        foreach (var output in items[0].Outputs)
        {
            var expected = output.Name.Split('/')[1] switch { "bytes" or "same bytes" => content, "empty" or "hard" => [], var name => System.Text.Encoding.UTF8.GetBytes(name) };
            File.ReadAllBytes(output.Path).SequenceEqual(expected).ShouldBeTrue(output.Name);
            output.Size.ShouldBe(expected.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_thousand_outputs_of_one_item_come_back_and_are_reused(string kind)
    {
        using var node = new Node(kind);
        Item[] items = [Node.Item("item", "mkdir out; i=0; while [ $i -lt 2000 ]; do i=$((i + 1)); echo $i >out/file-$i; done") with { Outputs = ["out/*"] }];

        await node.RunAsync(Node.PayloadOf(), items);
        var (run, collected) = await node.RunAsync(Node.PayloadOf(), items);

        run.Results[0].Cached.ShouldBeTrue();
        collected[0].Outputs.Count.ShouldBe(2000);
        collected[0].Outputs.ShouldAllBe(output => File.ReadAllText(output.Path) == output.Name.Split('-')[1] + "\n");
    }

    [Fact]
    public async Task The_payload_s_own_files_are_no_outputs()
    {
        using var node = new Node();

        var (run, items) = await node.RunAsync(Node.PayloadOf(node.TextFile("given.txt", "given"), node.TextFile("dir/given.txt", "given")), [Node.Item("item", "echo >made.txt") with { Outputs = ["**", "dir/*"] }]);

        run.Results[0].Outcome.ShouldBe(Outcome.MissingOutputs);
        run.Results[0].Record!.MissingPatterns.ShouldBe(["dir/*"]);
        items[0].Outputs.Select(output => output.Name).ShouldBe(["made.txt"]);
    }

    [Fact]
    public async Task A_command_that_failed_isn_t_blamed_for_missing_outputs_but_what_it_left_comes_back()
    {
        using var node = new Node();

        var (run, items) = await node.RunAsync(Node.PayloadOf(), [Node.Item("item", "echo half >half.txt; exit 7") with { Outputs = ["half.txt", "whole.txt"] }]);

        (run.Results[0].Outcome, run.Results[0].Record!.ExitCode).ShouldBe((Outcome.Failed, 7));
        items[0].Outputs.ShouldHaveSingleItem().Name.ShouldBe("half.txt");
    }

    [Fact]
    public async Task Links_that_an_item_makes_aren_t_followed()
    {
        using var node = new Node();

        var (_, items) = await node.RunAsync(Node.PayloadOf(), [Node.Item("item", "ln -s /etc/passwd stolen; ln -s /etc dir; mkfifo pipe; echo own >own") with { Outputs = ["**"] }]);

        items[0].Outputs.Select(output => output.Name).ShouldBe(["own"]);
    }
}
