using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class ClassesOfItems
{
    [Fact]
    public async Task No_more_items_run_at_once_than_there_is_room_for()
    {
        const int slots = 2;
        using var node = new Node();
        var (at, most) = (node.Directory["at work"], node.Directory["most"]);
        Directory.CreateDirectory(at);
        Directory.CreateDirectory(most);

        // Each item marks itself, counts the marks of its class and writes down how many it has seen.
        var count = $"mkdir '{at}'/$CLASS.$$; for i in 1 2 3 4 5; do set -- '{at}'/*; : >'{most}'/$CLASS.$#; sleep 0.02; done; rmdir '{at}'/$CLASS.$$";
        Item[] items =
        [
            .. Enumerable.Range(0, 6).Select(number => Node.Item($"narrow {number}", count) with { Environment = Class("narrow") }),
            .. Enumerable.Range(0, 3).Select(number => Node.Item($"wide {number}", count) with { Cpus = 2, Environment = Class("wide") }),
            .. Enumerable.Range(0, 3).Select(number => Node.Item($"memory {number}", count) with { Memory = 64 << 20, Environment = Class("memory") }),
        ];

        var run = await node.RunAsync(Node.Workload(Node.PayloadOf(), items), new RunOptions { Workers = slots });

        run.Passed.ShouldBeTrue();
        var seen = Directory.GetFiles(most).Select(Path.GetFileName).ToList();
        seen.ShouldAllBe(name => name == "wide.1" || name == "narrow.1" || name == "narrow.2" || name == "memory.1" || name == "memory.2");
        seen.ShouldContain("wide.1");
    }

    [Fact]
    public async Task What_is_larger_than_the_host_is_told_of_before_anything_runs()
    {
        using var node = new Node();
        await using var cluster = await node.ConnectAsync();
        var wide = Node.Item("cores", "true") with { Cpus = cluster.Facts.Cores + 1 };
        Item[] items = [wide, Node.Item("fits", "true"), wide with { Name = "more" }, Node.Item("memory", "true") with { Memory = cluster.Facts.MemoryBytes + 1 }, wide with { Name = "still more" }];

        var problems = (await Should.ThrowAsync<ClustrixException>(() => node.RunAsync(cluster, Node.Workload(Node.PayloadOf(), items)))).Problems;

        problems.Select(problem => problem.Code).ShouldBe([ErrorCode.RequestTooLarge, ErrorCode.RequestTooLarge]);
        problems[0].Message.ShouldStartWith($"Item 'cores' and 2 others ask for {cluster.Facts.Cores + 1} cores; host ");
        problems[1].Message.ShouldContain(ByteSize.Format(cluster.Facts.MemoryBytes));
        node.Store.Runs.ShouldBeEmpty();
    }

    private static Dictionary<string, string> Class(string name) => new() { ["CLASS"] = name };
}
