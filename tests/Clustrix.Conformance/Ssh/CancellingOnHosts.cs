using System.Text.RegularExpressions;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Conformance.Ssh;

/// <summary>A run is cancelled while one of its hosts can't be told.</summary>
public sealed class CancellingOnHosts
{
    [SshFact]
    public async Task Who_cancels_is_told_where_items_may_still_run()
    {
        await using var farm = await Farm.OpenAsync();
        var run = await AbandonAsync(farm);
        await using (var cluster = await farm.ConnectAsync("h1", "h2"))
        {
            var failure = await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync(run, farm.Token));

            failure.Code.ShouldBe(ErrorCode.HostUnreachable);
            failure.Message.ShouldContain(
                $"On h1, run {run} is cancelled; none of its processes is left. On h2, which can't be used now, items of it may still run: 'clustrix cancel {run}' ends them when h2 is back, and so does the next run or clean-up. h2: ");
        }

        (await ItemsAsync(farm, "h1"), await ItemsAsync(farm, "h2")).ShouldBe((0, 2));
        await farm.Hosts.Known("h2").StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");
        (await later.CancelAsync(run, farm.Token)).WasCancelled.ShouldBeTrue();
        (await ItemsAsync(farm, "h2")).ShouldBe(0);
    }

    [SshTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_run_or_clean_up_ends_what_a_host_wasn_t_told_of(bool isRun)
    {
        await using var farm = await Farm.OpenAsync();
        var run = await AbandonAsync(farm);
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            await cluster.CancelAsync(run, farm.Token);
        }

        (await ItemsAsync(farm, "h1"), await ItemsAsync(farm, "h2")).ShouldBe((0, 2));
        await farm.Hosts.Known("h2").StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");
        if (isRun)
        {
            (await farm.RunAsync(later, Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", "cat a")))).Run.Passed.ShouldBeTrue();
        }
        else
        {
            await later.CleanAsync(new Retention(30, long.MaxValue), dryRun: false, farm.Token);
        }

        (await ItemsAsync(farm, "h2")).ShouldBe(0);
        farm.Log.Said.ShouldContain($"Run {run} was cancelled when h2 couldn't be told: none of its processes is left there now.");
        Account.StateOf((await later.StatusAsync(farm.Token)).Single(status => status.Run == run)).ShouldBe("cancelled");
    }

    [SshTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_is_away_hears_of_it_also_when_the_others_had_ended_their_part(bool isRun)
    {
        await using var farm = await Farm.OpenAsync();
        var run = await HalfDoneRun.AbandonAsync(farm);
        await using (var cluster = await farm.ConnectAsync("h1", "h2"))
        {
            var failure = await Should.ThrowAsync<ClustrixException>(() => cluster.CancelAsync(run.Id, farm.Token));
            failure.Message.ShouldContain($"On h1, run {run.Id} had ended before; nothing of it was left to end. On h2, which can't be used now, items of it may still run:");
        }

        await run.Away.StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");
        if (isRun)
        {
            (await farm.RunAsync(later, Farm.Workload(run.Workload.Payload, Farm.Item("another", "cat a")))).Run.Passed.ShouldBeTrue();
        }
        else
        {
            await later.CleanAsync(new Retention(30, long.MaxValue), dryRun: false, farm.Token);
        }

        (await run.ItemsAsync()).ShouldBe(0);
        Account.StateOf((await later.StatusAsync(farm.Token)).Single(status => status.Run == run.Id)).ShouldBe("cancelled");
        await run.LetGoAsync();
        (await farm.RunAsync(later, run.Workload)).Run.Joined.ShouldBeFalse();
    }

    [SshFact]
    public async Task A_run_that_one_host_has_ended_for_want_of_clients_goes_on_on_the_others()
    {
        await using var farm = await Farm.OpenAsync();
        await AbandonAsync(farm);
        await farm.Hosts.Known("h1").RunAsync("for spec in .cache/clustrix/run/*/spec; do echo 'because no client had asked for it for 5 s (OnClientLoss)' >${spec%spec}cancel; done");
        await Condition.HoldsAsync(async () => await ItemsAsync(farm, "h1") == 0, "the first host has ended its items");
        await farm.Hosts.Known("h2").StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");

        await later.CleanAsync(new Retention(30, long.MaxValue), dryRun: false, farm.Token);

        (await ItemsAsync(farm, "h2")).ShouldBe(2);
    }

    [SshFact]
    public async Task A_client_that_is_stopped_tells_which_host_it_couldn_t_tell()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var cluster = await farm.ConnectAsync(new ClusterOptions { HostLossTimeout = TimeSpan.FromMinutes(2) }, "h1", "h2");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(farm.Token);
        var running = RunAsync(farm, cluster, stop.Token);
        await ItemsRunAsync(farm);
        await nodes[1].StopServerAsync();
        await nodes[1].CutConnectionsAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        farm.Log.Said.ShouldContain(message => Regex.IsMatch(message, "^Run \\S+ is cancelled on h1; its processes there are ended\\."));
        farm.Log.Warnings.ShouldContain(warning => Regex.IsMatch(warning.Message, "^h2 couldn't be told that run .* Items of it may still run there: 'clustrix cancel \\S+' ends them when the host is back\\.$"));
        (await ItemsAsync(farm, "h1"), await ItemsAsync(farm, "h2")).ShouldBe((0, 2));
    }

    private static async Task<RunResult> RunAsync(Farm farm, Cluster cluster, CancellationToken cancellationToken)
    {
        var workload = Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", "exec sleep 1000"))]);
        return await cluster.RunAsync(workload, await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token), new RunOptions { Workers = 2 }, null, cancellationToken);
    }

    private static Task ItemsRunAsync(Farm farm) =>
        Condition.HoldsAsync(async () => await ItemsAsync(farm, "h1") == 2 && await ItemsAsync(farm, "h2") == 2, "the items run");

    // Two items run on each host, their client is gone, and the second host can't be reached.
    private static async Task<string> AbandonAsync(Farm farm)
    {
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await using var client = await farm.ConnectAsync("h1", "h2");
        var running = RunAsync(farm, client, farm.Token);
        await ItemsRunAsync(farm);
        await nodes[1].StopServerAsync();
        await Task.WhenAll(nodes.Select(node => node.CutConnectionsAsync()));
        await Should.ThrowAsync<ClustrixException>(() => running);
        await using var other = await farm.ConnectAsync("h1");
        return (await other.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;
    }

    private static async Task<int> ItemsAsync(Farm farm, string host) =>
        (await farm.Hosts.Known(host).ProcessesOfUserAsync()).Count(process => process == "sleep 1000");
}
