using System.Globalization;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>What a host had in hand lies in the store, and so does what it has made: the other hosts see both.</summary>
public sealed class LostHostsOfOneStore
{
    private static readonly ClusterOptions Options = new() { StoreRoot = "/shared/store", SharedStore = true, HostLossTimeout = TimeSpan.FromSeconds(5) };

    /// <summary>Two hosts may be left, or a single one, to which nobody brings work.</summary>
    [SshTheory]
    [InlineData("h1", "h2")]
    [InlineData("h1", "h2", "h3")]
    public async Task What_a_host_had_that_was_gone_when_its_run_was_joined_is_attempted_on_others(params string[] names)
    {
        await using var farm = await StartAsync(names);
        var workload = await WorkloadAsync(farm, items: 2 * names.Length);
        await LoseClientAsync(farm, workload, names);
        await farm.Hosts.Known("h1").PowerOffAsync();
        await AllowAsync(farm, names[1..]);

        await using var cluster = await farm.ConnectAsync(Options, names);
        var (run, items) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 2 });

        (run.Joined, run.Passed).ShouldBe((true, true));
        items.Select(item => File.ReadAllText(item.Outputs.Single().Path)).ShouldNotContain("h1\n");
        farm.Log.Warnings.Select(warning => warning.Message).ShouldContain("h1 is lost; 2 items that it hadn't finished are attempted on other hosts.");
    }

    [SshFact]
    public async Task A_host_that_is_out_of_reach_and_at_work_keeps_what_it_has()
    {
        await using var farm = await StartAsync("h1", "h2");
        var workload = await WorkloadAsync(farm, items: 4);
        await LoseClientAsync(farm, workload, "h1", "h2");
        await farm.Hosts.Known("h1").StopServerAsync();
        await AllowAsync(farm, "h2");

        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        var running = farm.RunAsync(cluster, workload, new RunOptions { Workers = 2 });
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.StartsWith("Joining", StringComparison.Ordinal)), "the run is joined");
        var joined = await BeatAsync();
        await Condition.HoldsAsync(async () => await BeatAsync() > joined + 15, "a host without a sign of life would have been given up");
        await AllowAsync(farm, "h1");
        var (run, items) = await running;

        run.Passed.ShouldBeTrue();
        items.Select(item => item.Result.Attempts).ShouldAllBe(attempts => attempts == 1);
        items.Count(item => File.ReadAllText(item.Outputs.Single().Path) == "h1\n").ShouldBe(2);

        async Task<int> BeatAsync() => int.TryParse((await farm.Hosts.Known("h2").RunAsync("cat /shared/store/run/*/beat.1")).Output, CultureInfo.InvariantCulture, out var beat) ? beat : 0;
    }

    [SshFact]
    public async Task A_host_that_goes_between_connecting_and_joining_is_lost_with_what_it_had()
    {
        await using var farm = await StartAsync("h1", "h2");
        var workload = await WorkloadAsync(farm, items: 4);
        await LoseClientAsync(farm, workload, "h1", "h2");
        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        await AllowAsync(farm, "h1");
        await farm.Hosts.Known("h2").PowerOffAsync();

        var (run, _) = await farm.RunAsync(cluster, workload, new RunOptions { Workers = 2 });

        (run.Joined, run.Passed).ShouldBe((true, true));
        farm.Log.Warnings.Select(warning => warning.Message).ShouldContain("h2 is lost; 2 items that it hadn't finished are attempted on other hosts.");
    }

    [SshFact]
    public async Task What_a_host_finishes_out_of_sight_is_found_in_the_store()
    {
        await using var farm = await StartAsync("h1", "h2");
        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        var running = farm.RunAsync(cluster, await WorkloadAsync(farm, items: 4), new RunOptions { Workers = 2 });
        await BegunAsync(farm, 4);
        await farm.Hosts.Known("h2").UnplugAsync();
        await AllowAsync(farm, "h1", "h2");

        var (run, items) = await running;

        (run.Passed, items.All(item => item.IsWhole && item.Result.Attempts == 1)).ShouldBe((true, true));
    }

    [SshFact]
    public async Task What_a_lost_host_has_made_comes_from_the_others()
    {
        await using var farm = await StartAsync("h1", "h2");
        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        var workload = await WorkloadAsync(farm, items: 4);
        var done = new TaskCompletionSource();
        var push = await cluster.PushAsync(workload.Payload, Stores.Verification.Changed, farm.Token);
        var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 2 }, new Heard(progress => _ = progress.Done == 2 && done.TrySetResult()), farm.Token);
        await BegunAsync(farm, 4);
        await AllowAsync(farm, "h1");
        await done.Task.WaitAsync(farm.Token);
        await farm.Hosts.Known("h1").PowerOffAsync();
        await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Message.Contains("h1", StringComparison.Ordinal)), "the host is missed");
        await AllowAsync(farm, "h2");
        var run = await running;

        var items = await cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token);

        run.Results.Count(result => result.Host == "h1").ShouldBe(2);
        items.ShouldAllBe(item => item.IsWhole);
        items.Select(item => File.ReadAllText(item.Outputs.Single().Path)).Order().ShouldBe(["h1\n", "h1\n", "h2\n", "h2\n"]);
        items.Select(item => File.ReadAllText(item.Stdout!)).Order().ShouldBe(["h1\n", "h1\n", "h2\n", "h2\n"]);
    }

    [SshFact]
    public async Task What_a_run_has_so_far_is_brought_without_a_host_that_is_away()
    {
        await using var farm = await StartAsync("h1", "h2");
        var workload = await WorkloadAsync(farm, items: 4);
        await LoseClientAsync(farm, workload, "h1", "h2");
        await AllowAsync(farm, "h1");
        await Condition.HoldsAsync(async () => (await farm.Hosts.Known("h2").RunAsync("ls /shared/store/run/*/done | wc -l")).Output.Trim() == "2", "two items have passed");
        await farm.Hosts.Known("h1").PowerOffAsync();
        await using var cluster = await farm.ConnectAsync(Options, "h1", "h2");
        var id = (await cluster.StatusAsync(farm.Token)).ShouldHaveSingleItem().Run;

        var report = await cluster.CollectAsync(await cluster.FindRunAsync(id, farm.Token), farm.Directory["artifacts"], farm.Token);

        report.Items.Select(item => item.Result.Outcome).Order().ShouldBe([Outcome.Passed, Outcome.Passed, Outcome.Unfinished, Outcome.Unfinished]);
        report.Items.Sum(item => item.Outputs.Count).ShouldBe(2);
        await AllowAsync(farm, "h2");
    }

    private static async Task<Farm> StartAsync(params string[] names)
    {
        var farm = await Farm.OpenAsync();
        await Task.WhenAll(names.Select(name => farm.Hosts.StartAsync(name, SshTrait.Shared)));
        return farm;
    }

    // An item says where it was begun, and ends when the items of that host may.
    private static async Task<Workload> WorkloadAsync(Farm farm, int items) => Farm.Workload(
        await farm.PayloadAsync("a"),
        [.. Enumerable.Range(0, items).Select(number => Farm.Item($"item {number}", $"on=$(cat /proc/sys/kernel/hostname); touch /shared/$on.{number}; until [ -e /shared/go.$on ]; do sleep 0.1; done; echo $on | tee out") with { Outputs = ["out"] })]);

    // Every worker has an item in hand when nobody watches the run any more.
    private static async Task LoseClientAsync(Farm farm, Workload workload, params string[] names)
    {
        var cluster = await farm.ConnectAsync(Options, names);
        var running = farm.RunAsync(cluster, workload, new RunOptions { Workers = 2 });
        await BegunAsync(farm, 2 * names.Length);
        await cluster.DisposeAsync();
        await Should.ThrowAsync<Exception>(() => running);
    }

    private static Task BegunAsync(Farm farm, int items) => Condition.HoldsAsync(
        () => Directory.EnumerateFiles(farm.Hosts.SharedDirectory, "h*.*").Count() == items, "all items have begun");

    private static async Task AllowAsync(Farm farm, params string[] names)
    {
        foreach (var name in names)
        {
            await File.WriteAllTextAsync(Path.Combine(farm.Hosts.SharedDirectory, "go." + name), "");
        }
    }
}
