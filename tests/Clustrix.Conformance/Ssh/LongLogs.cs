using System.Globalization;
using System.Text;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>Items that write more than anybody reads.</summary>
public sealed class LongLogs
{
    private const int Limit = 1_000_000;

    [SshFact]
    public async Task Of_a_gigabyte_the_end_is_kept_behind_a_line_that_says_so()
    {
        const long written = 1_000_000_008;
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("long", "yes 0123456789abcdef | head -c 1000000000; echo the end"),
            Farm.Item("short", "cat a; cat a >&2"));

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 2, LogLimit = Limit });

        run.Passed.ShouldBeTrue();
        var log = File.ReadAllText(items[0].Stdout!);
        var note = log[..(log.IndexOf('\n', StringComparison.Ordinal) + 1)];
        note.ShouldMatch("^clustrix: at least [0-9]+ bytes were left out here \\(LogLimit\\)\n$");
        log.ShouldEndWith("the end\n");
        var kept = log.Length - note.Length;
        kept.ShouldBeInRange(8, Limit);
        (long.Parse(note.Split(' ')[3], CultureInfo.InvariantCulture) + kept).ShouldBeInRange(Limit, written);
        (File.ReadAllText(items[1].Stdout!), File.ReadAllText(items[1].Stderr!)).ShouldBe(("a\n", "a\n"));
        await Invariants.Of(node).HoldAsync(run, workload);
        await cluster.DisposeAsync();
        await farm.NothingIsLeftAsync(node);
    }

    /// <summary>The item goes on when its log has been shortened: so the disk never holds much more than the limit.</summary>
    [SshFact]
    public async Task A_log_is_shortened_while_it_is_written_and_followed()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        const string flood = "yes 0123456789abcdef | head -c 1700000; until [ $(wc -c <../stdout) -lt 1000000 ]; do sleep 0.05; done";
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("item", $"echo first; until [ -e /home/builder/go ]; do sleep 0.05; done; {flood}; echo between; {flood}; echo last; touch flooded; until [ -e /home/builder/end ]; do sleep 0.05; done"));

        var running = farm.RunAsync(cluster, workload, new RunOptions { LogLimit = Limit });
        await using var other = await farm.ConnectAsync("h1");
        await Condition.HoldsAsync(async () => (await other.StatusAsync(farm.Token)).Count > 0, "the run is there");
        var log = other.OpenLog(await other.FindRunAsync((await other.StatusAsync(farm.Token))[0].Run, farm.Token), 0);
        var followed = new StringBuilder();
        await FollowAsync("first\n");
        await node.RunAsRootAsync($"touch {SshNode.Home}/go");
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name flooded | wc -l")).Output.Trim() == "1", "all is written");
        await FollowAsync("last\n");
        await node.RunAsRootAsync($"touch {SshNode.Home}/end");
        var (run, items) = await running;
        await FollowAsync("last\n");

        run.Passed.ShouldBeTrue();
        followed.ToString().ShouldStartWith("first\n");
        followed.ToString().Split("last\n").Length.ShouldBe(2, "nothing comes twice");
        followed.ToString().ShouldContain("clustrix: at least ");
        var kept = File.ReadAllText(items[0].Stdout!);
        kept.ShouldStartWith("clustrix: at least ");
        kept.ShouldEndWith("last\n");
        kept.Length.ShouldBeInRange(Limit / 2, Limit + 100);
        await Invariants.Of(node).HoldAsync(run, workload);

        async Task FollowAsync(string end)
        {
            await Condition.HoldsAsync(
                async () =>
                {
                    followed.Append(Encoding.UTF8.GetString((await log.ReadAsync(farm.Token)).Output.Span));
                    return followed.ToString().EndsWith(end, StringComparison.Ordinal);
                },
                $"'{end}' is read");
        }
    }
}
