using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>What goes wrong on a host while items run there.</summary>
public sealed class RunsInTrouble
{
    [SshFact]
    public async Task A_server_that_is_restarted_costs_a_run_nothing()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync(new ClusterOptions { HostLossTimeout = TimeSpan.FromMinutes(1) }, "h1");
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "touch begun; until [ -e /home/builder/go ]; do sleep 0.1; done; cat a"));

        var running = farm.RunAsync(cluster, workload);
        await BegunAsync(farm, 1);
        await node.StopServerAsync();
        await node.CutConnectionsAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Count > 0, "the client has noticed");
        await node.StartServerAsync();
        await Condition.HoldsAsync(() => farm.Log.Said.Any(message => message.StartsWith("h1 is back", StringComparison.Ordinal)), "the client is back");
        await node.RunAsRootAsync($"touch {SshNode.Home}/go");

        var (run, items) = await running;
        (run.Passed, run.Results[0].Attempts, File.ReadAllText(items[0].Stdout!)).ShouldBe((true, 1, "a\n"));
        await Invariants.Of(node).HoldAsync(run, workload);
        await cluster.DisposeAsync();
        await farm.NothingIsLeftAsync(node);
    }

    /// <summary>The second item ends when the first one is attempted again: so that is noticed while all others go on.</summary>
    [SshFact]
    public async Task A_killed_worker_is_noticed_at_once_and_its_item_attempted_again()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("killed", "touch begun; echo $$ >/home/builder/attempt.$CLUSTRIX_ATTEMPT; [ $CLUSTRIX_ATTEMPT -gt 1 ] || sleep 1000; cat a"),
            Farm.Item("waits", "touch begun; until [ -e /home/builder/attempt.2 ]; do sleep 0.05; done"));

        var running = farm.RunAsync(cluster, workload);
        await BegunAsync(farm, 2);
        (await node.RunAsRootAsync($"read -r _ _ _ worker _ </proc/$(cat {SshNode.Home}/attempt.1)/stat; kill -KILL $worker")).ExitCode.ShouldBe(0);

        var (run, _) = await running;
        run.Results.Select(result => (result.Outcome, result.Attempts)).ShouldBe([(Outcome.Passed, 2), (Outcome.Passed, 1)]);
        await Invariants.Of(node).HoldAsync(run, workload);
        await cluster.DisposeAsync();
        await farm.NothingIsLeftAsync(node);
    }

    [SshFact]
    public async Task Whoever_keeps_a_worker_at_work_may_be_killed_too()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("item", "touch begun; echo $$ >/home/builder/attempt.$CLUSTRIX_ATTEMPT; [ $CLUSTRIX_ATTEMPT -gt 1 ] || sleep 1000; cat a"));

        var running = farm.RunAsync(cluster, workload);
        await BegunAsync(farm, 1);
        (await node.RunAsRootAsync(
            $"read -r _ _ _ worker _ </proc/$(cat {SshNode.Home}/attempt.1)/stat; read -r _ _ _ keeper _ </proc/$worker/stat; kill -KILL $keeper")).ExitCode.ShouldBe(0);

        var (run, _) = await running;
        (run.Passed, run.Results[0].Attempts).ShouldBe((true, 2));
        await Invariants.Of(node).HoldAsync(run, workload);
        await cluster.DisposeAsync();
        await farm.NothingIsLeftAsync(node);
    }

    [SshFact]
    public async Task What_items_leave_running_is_ended_and_a_deaf_item_too()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        var cluster = await farm.ConnectAsync("h1");
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"),
            Farm.Item("leaves", "sleep 1000 & setsid sleep 1000 & (trap '' HUP TERM INT; setsid nohup sleep 1000 >/dev/null 2>&1 &) ; echo done"),
            Farm.Item("deaf", "trap '' TERM INT HUP; while :; do sleep 1; done") with { Timeout = TimeSpan.FromSeconds(1) },
            Farm.Item("gives in", "trap 'echo asked >&2; exit 7' TERM; while :; do sleep 0.1; done") with { Timeout = TimeSpan.FromSeconds(1) });

        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 3 });

        run.Results.Select(result => result.Outcome).ShouldBe([Outcome.Passed, Outcome.TimedOut, Outcome.TimedOut]);
        File.ReadAllText(items[0].Stdout!).ShouldBe("done\n");
        File.ReadAllText(items[2].Stderr!).ShouldEndWith("asked\n");
        await Invariants.Of(node).HoldAsync(run, workload);
        await cluster.DisposeAsync();
        await farm.NothingIsLeftAsync(node);
    }

    private static Task BegunAsync(Farm farm, int items) => Condition.HoldsAsync(
        async () => (await farm.Hosts.Known("h1").RunAsync("find .cache/clustrix/run -name begun | wc -l")).Output.Trim() == $"{items}", "the items run");
}
