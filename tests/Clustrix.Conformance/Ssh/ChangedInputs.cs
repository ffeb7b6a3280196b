using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>Items that write to their payload, which they share with others and with later runs.</summary>
public sealed class ChangedInputs
{
    [SshFact]
    public async Task A_changed_input_is_told_and_nothing_that_came_later_is_reused()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a", "b/c", "d"),
            Farm.Item("before", "cat a"),
            Farm.Item("changes", "sleep 1.1; [ -e /home/builder/changed ] || { touch /home/builder/changed; chmod u+w b/c; echo changed >b/c; }"),
            Farm.Item("after", "cat b/c"));

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });

        run.Passed.ShouldBeTrue();
        File.ReadAllText(items[2].Stdout!).ShouldBe("changed\n");
        var warning = farm.Log.Warnings.ShouldHaveSingleItem();
        (warning.Code, warning.Message.StartsWith($"h1: an item of run {run.Run} has changed 'b/c' of its payload.", StringComparison.Ordinal)).ShouldBe((ErrorCode.BlobQuarantined, true));
        await Invariants.Of(node).HoldAsync(run, workload);
        (await farm.Hosts.Known("h1").RunAsync("cat .cache/clustrix/quarantine/*/*; ls .cache/clustrix/ws")).Output.Trim().ShouldStartWith("changed");

        var (again, repeated) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 1 });

        again.Results.Select(result => (result.Outcome, result.Cached)).ShouldBe([(Outcome.Passed, true), (Outcome.Passed, false), (Outcome.Passed, false)]);
        File.ReadAllText(repeated[2].Stdout!).ShouldBe("b/c\n");
        farm.Log.Warnings.Count.ShouldBe(1);
        await Invariants.Of(node).HoldAsync(again, workload);
        await cluster.DisposeAsync();
        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "no process is left");
    }

    [SshFact]
    public async Task An_input_that_was_written_to_and_is_the_same_disturbs_nobody()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "touch a"));

        await farm.RunAsync(cluster, workload);
        var (run, _) = await farm.RunAsync(cluster, workload);

        run.Results[0].Cached.ShouldBeTrue();
        farm.Log.Warnings.ShouldBeEmpty();
        await Invariants.Of(node).HoldAsync(run, workload);
    }

    [SshFact]
    public async Task A_run_without_a_client_finds_its_changed_inputs_too()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"), Farm.Item("item", "touch begun; until [ -e /home/builder/go ]; do sleep 0.05; done; chmod u+w a; echo changed >a"));
        var running = farm.RunAsync(cluster, workload);
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == "1", "the item runs");
        await node.CutConnectionsAsync();
        await Should.ThrowAsync<ClustrixException>(() => running);

        await node.RunAsRootAsync($"touch {SshNode.Home}/go");
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h1").RunAsync("ls .cache/clustrix/run/*/ended")).ExitCode == 0, "the run has ended");

        await Invariants.Of(node).HoldAsync();
        (await farm.Hosts.Known("h1").RunAsync("cat .cache/clustrix/run/*/changes; find .cache/clustrix/res -type f; ls .cache/clustrix/ws/*.ready")).Output.ShouldStartWith("a" + Environment.NewLine);
        await using var again = await farm.ConnectAsync("h1");
        var (run, _) = await farm.RunAsync(again, workload);
        run.Results[0].Cached.ShouldBeFalse();
    }
}
