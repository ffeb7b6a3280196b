using Clustrix.Runs;

namespace Clustrix.Conformance;

public sealed class LogsOfItems
{
    private const int Limit = 100_000;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_log_is_shortened_while_the_item_runs_and_keeps_its_end(string kind)
    {
        using var node = new Node(kind);
        const string shortened = "until [ \"$(wc -c <../stderr)\" -lt 100000 ]; do sleep 0.05; done";

        var (run, items) = await node.RunAsync(
            Node.PayloadOf(),
            [
                Node.Item("while it runs", $"i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789012345678901234567890 >&2; i=$((i + 1)); done; {shortened}; echo last >&2; echo other"),
                Node.Item("at its end", "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789012345678901234567890; i=$((i + 1)); done; echo last"),
                Node.Item("as long as it may be", "head -c 100000 /dev/zero"),
            ],
            new RunOptions { Workers = 3, LogLimit = Limit });

        run.Passed.ShouldBeTrue();
        foreach (var path in (string[])[items[0].Stderr!, items[1].Stdout!])
        {
            var log = File.ReadAllText(path);
            log.ShouldStartWith("clustrix: at least ");
            log.ShouldEndWith("7890\nlast\n");
            log.Length.ShouldBeInRange(Limit / 2, Limit + 100);
        }

        File.ReadAllText(items[0].Stdout!).ShouldBe("other\n");
        new FileInfo(items[2].Stdout!).Length.ShouldBe(Limit);
    }
}
