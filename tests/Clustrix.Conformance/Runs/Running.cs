using Clustrix.Results;

namespace Clustrix.Conformance;

public sealed class Running
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_item_finds_its_payload_and_its_outputs_come_back(string kind)
    {
        using var node = new Node(kind);
        var payload = Node.PayloadOf(
            node.TextFile("tool/count.sh", "#!/bin/sh\nwc -l < \"$1\" | tr -d ' ' > lines.txt\necho counted\necho chatter >&2\n", executable: true),
            node.TextFile("data/a file.txt", "one\ntwo\nthree\n"));
        var item = Node.Item("count", "tool/count.sh 'data/a file.txt'") with { Outputs = ["*.txt"] };

        var (run, items) = await node.RunAsync(payload, [item]);

        var collected = items.ShouldHaveSingleItem();
        collected.Result.Outcome.ShouldBe(Outcome.Passed, collected.Stderr is null ? "" : File.ReadAllText(collected.Stderr));
        var output = collected.Outputs.ShouldHaveSingleItem();
        output.Name.ShouldBe("lines.txt");
        File.ReadAllText(output.Path).ShouldBe("3\n");
        File.ReadAllText(collected.Stdout!).ShouldBe("counted\n");
        File.ReadAllText(collected.Stderr!).ShouldBe("chatter\n");
        run.Passed.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_way_to_end_has_its_outcome(string kind)
    {
        using var node = new Node(kind);
        var (run, _) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("passed", "true"),
                Node.Item("failed", "exit 3"),
                Node.Item("not found", "no-such-program"),
                Node.Item("crashed", "kill -SEGV $$"),
                Node.Item("timed out", "sleep 100") with { Timeout = TimeSpan.FromSeconds(1) },
                Node.Item("missing", "true") with { Outputs = ["*.json"] },
            ]);

        run.Results.Select(result => (result.Name, result.Outcome, result.Record?.ExitCode, result.Record?.Signal)).ShouldBe(
        [
            ("passed", Outcome.Passed, 0, 0),
            ("failed", Outcome.Failed, 3, 0),
            ("not found", Outcome.Failed, 127, 0),
            ("crashed", Outcome.Crashed, 0, 11),
            ("timed out", Outcome.TimedOut, 0, 15),
            ("missing", Outcome.MissingOutputs, 0, 0),
        ]);
        run.Results[5].Record!.MissingPatterns.ShouldBe(["*.json"]);
    }
}
