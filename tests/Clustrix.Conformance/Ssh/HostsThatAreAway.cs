using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>A run comes to its end while one of its hosts, which has a store of its own, is away with a part of it.</summary>
public sealed class HostsThatAreAway
{
    private static readonly ClusterOptions Patient = new() { HostLossTimeout = TimeSpan.FromSeconds(5) };

    // On the first host they fail at once; on the second one they take very long, until it is let go.
    private static readonly string Command = $"[ $(cat /proc/sys/kernel/hostname) = h1 ] || [ -e {SshNode.Home}/go ] || exec sleep 1000; exit 3";

    [SshTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_run_or_clean_up_ends_what_goes_on_of_a_run_that_is_over(bool isRun)
    {
        await using var farm = await Farm.OpenAsync();
        var workload = await WorkloadAsync(farm);
        RunResult first;
        await using (var client = await ConnectAsync(farm, Patient))
        {
            first = await LoseAsync(farm, client, workload, "h2");
        }

        (first.Passed, first.Results.Count(result => result is { Outcome: Outcome.Failed, Host: "h1" })).ShouldBe((false, 4));
        var back = farm.Hosts.Known("h2");
        (await ItemsAsync(back)).ShouldBe(2);
        await back.StartServerAsync();

        await using var later = await farm.ConnectAsync(Patient, "h1", "h2");
        if (isRun)
        {
            await back.RunAsync($"touch {SshNode.Home}/go");
            var (second, _) = await farm.RunAsync(later, workload);
            (second.Joined, second.Run == first.Run, second.Results.Count(result => result.Record!.Run == second.Run)).ShouldBe((false, false, 4));
        }
        else
        {
            await later.CleanAsync(new Retention(30, long.MaxValue), dryRun: false, farm.Token);
        }

        (await ItemsAsync(back)).ShouldBe(0);
        farm.Log.Said.ShouldContain($"Run {first.Run} was over before h2 came back: none of its processes is left there now.");
        var status = (await later.StatusAsync(farm.Token)).Single(status => status.Run == first.Run);
        (Account.StateOf(status), status.Done).ShouldBe(("ended", 4));
    }

    [SshFact]
    public async Task Cancelling_a_run_that_is_over_ends_what_goes_on_of_it_and_leaves_it_as_it_was()
    {
        await using var farm = await Farm.OpenAsync();
        RunResult run;
        await using (var client = await ConnectAsync(farm, Patient))
        {
            run = await LoseAsync(farm, client, await WorkloadAsync(farm), "h2");
        }

        await farm.Hosts.Known("h2").StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");

        (await later.CancelAsync(run.Run, farm.Token)).ShouldBe(new Cancellation(run.Run, RunState.Ended, WasCancelled: false));

        (await ItemsAsync(farm.Hosts.Known("h2"))).ShouldBe(0);
        var status = (await later.StatusAsync(farm.Token)).ShouldHaveSingleItem();
        (Account.StateOf(status), status.Done).ShouldBe(("ended", 4));
    }

    [SshFact]
    public async Task One_that_was_looked_for_in_vain_forgets_what_was_given_to_others_when_it_is_back()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        var shells = 0;
        var lost = new ShellHost(farm.Host("h2"), script =>
        {
            Interlocked.Increment(ref shells);
            return script;
        });
        var command = $"[ $(cat /proc/sys/kernel/hostname) = h1 ] || exec sleep 1000; until [ -e {SshNode.Home}/go ]; do sleep 0.05; done";
        var workload = Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", command))]);
        await using var cluster = await Cluster.ConnectAsync([farm.Host("h1"), lost], new ClusterOptions { HostLossTimeout = TimeSpan.Zero }, farm.Log, TimeProvider.System, farm.Token);
        var running = farm.RunAsync(cluster, workload);
        var back = farm.Hosts.Known("h2");
        await Condition.HoldsAsync(async () => await ItemsAsync(back) == 2, "the second host runs its items");
        await back.StopServerAsync();
        var before = Volatile.Read(ref shells);
        await back.CutConnectionsAsync();
        await Condition.HoldsAsync(() => Volatile.Read(ref shells) >= before + 3, "the host was looked for twice in vain");
        await back.StartServerAsync();

        await Condition.HoldsAsync(async () => await ItemsAsync(back) == 0, "the host has ended what isn't its own any more");

        await farm.Hosts.Known("h1").RunAsync($"touch {SshNode.Home}/go");
        var (run, _) = await running;
        run.Results.ShouldAllBe(result => result.Outcome == Outcome.Passed && result.Host == "h1");
    }

    [SshFact]
    public async Task Who_attaches_has_its_items_attempted_on_the_others()
    {
        await using var farm = await Farm.OpenAsync();
        await using (var client = await ConnectAsync(farm, new ClusterOptions()))
        {
            await Should.ThrowAsync<ClustrixException>(async () => await LoseAsync(farm, client, await WorkloadAsync(farm), "h1", "h2"));
        }

        await farm.Hosts.Known("h1").StartServerAsync();
        await using var later = await farm.ConnectAsync(Patient, "h1", "h2");
        var id = (await later.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;

        var run = await later.AttachAsync(await later.FindRunAsync(id, farm.Token), null, farm.Token);

        run.Results.Select(result => (result.Outcome, result.Host)).ShouldAllBe(result => result.Outcome == Outcome.Failed && result.Host == "h1");
    }

    private static async Task<Cluster> ConnectAsync(Farm farm, ClusterOptions options)
    {
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        return await farm.ConnectAsync(options, "h1", "h2");
    }

    private static async Task<Workload> WorkloadAsync(Farm farm) =>
        Farm.Workload(await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 4).Select(number => Farm.Item($"item {number}", Command))]);

    // Hosts are cut off when the second one has begun its two items, and the others are done.
    private static async Task<RunResult> LoseAsync(Farm farm, Cluster cluster, Workload workload, params string[] hosts)
    {
        var done = new TaskCompletionSource();
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 2 }, new Heard(progress => _ = progress.Done == 2 && done.TrySetResult()), farm.Token);
        await done.Task.WaitAsync(farm.Token);
        await Condition.HoldsAsync(async () => await ItemsAsync(farm.Hosts.Known("h2")) == 2, "the second host runs its items");
        var lost = hosts.Select(farm.Hosts.Known).ToList();
        await Task.WhenAll(lost.Select(host => host.StopServerAsync()));
        await Task.WhenAll(lost.Select(host => host.CutConnectionsAsync()));
        return await running;
    }

    private static async Task<int> ItemsAsync(SshNode host) => (await host.ProcessesOfUserAsync()).Count(process => process == "sleep 1000");
}
