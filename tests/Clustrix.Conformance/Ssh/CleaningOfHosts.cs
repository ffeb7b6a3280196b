using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

public sealed class CleaningOfHosts
{
    private const string Store = ".cache/clustrix";

    [SshFact]
    public async Task Runs_and_payloads_above_the_limit_go_on_every_host()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2", SshTrait.Busybox));
        var payload = await farm.PayloadAsync("a", "b");
        var run = "";
        await using (var first = await farm.ConnectAsync("h1", "h2"))
        {
            run = (await farm.RunAsync(first, Farm.Workload(payload, [.. Enumerable.Range(0, 6).Select(number => Farm.Item($"item {number}", "sleep 0.2"))]))).Run.Run;
        }

        await EndedAsync(farm, "h1", "h2");
        await using var later = await farm.ConnectAsync("h1", "h2");

        var stores = await later.CleanAsync(new Retention(30, 0), dryRun: true, farm.Token);
        var removed = CleanResult.Of(await later.CleanAsync(new Retention(30, 0), dryRun: false, farm.Token));

        var dry = CleanResult.Of(stores);
        stores.Select(store => (store.Host, store.Removed.Blobs)).ShouldBe([("h1", 2), ("h2", 2)]);
        Account.Of(stores, dryRun: true).Last().ShouldEndWith("would be removed from /home/builder/.cache/clustrix on h2.");

        removed.Runs.ShouldBe([run]);
        (removed.Workspaces.Count, removed.Blobs).ShouldBe((2, 4));
        (dry.Runs[0], dry.Workspaces.Count, dry.Blobs, dry.Bytes).ShouldBe((run, 2, 4, removed.Bytes));
        foreach (var host in (string[])["h1", "h2"])
        {
            (await farm.Hosts.Known(host).RunAsync($"find {Store}/cas {Store}/ws {Store}/run -type f")).Output.Trim().ShouldBeEmpty();
        }
    }

    [SshFact]
    public async Task A_run_cleans_up_on_every_host_and_leads_nowhere_else()
    {
        await using var farm = await Farm.OpenAsync();
        await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        await ExecuteAsync(farm, "old");
        await EndedAsync(farm, "h1", "h2");
        foreach (var host in (string[])["h1", "h2"])
        {
            await farm.Hosts.Known(host).RunAsync($"mkdir precious; echo precious >precious/file; cd {Store}; touch -d '40 days ago' run/*/ended ws/*.ready; touch -d '2 days ago' collected; ln -s ~/precious grown; ln -s ~/precious trash/planted");
        }

        await ExecuteAsync(farm, "new");

        farm.Log.Details.Count(detail => detail.Contains("1 run, 1 payload and 1 file ", StringComparison.Ordinal)).ShouldBe(2);
        foreach (var host in (string[])["h1", "h2"])
        {
            (await farm.Hosts.Known(host).RunAsync($"cat precious/*; ls {Store}/ws/*.ready | wc -l")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ShouldBe(["precious", "1"]);
        }
    }

    private static async Task ExecuteAsync(Farm farm, string file)
    {
        await using var cluster = await farm.ConnectAsync("h1", "h2");
        var payload = await farm.PayloadAsync(file);
        var report = await cluster.ExecuteAsync(
            Farm.Workload(payload, [.. Enumerable.Range(0, 6).Select(number => Farm.Item($"{file} {number}", "sleep 0.2"))]),
            new Snapshot([]),
            Verification.Changed,
            new RunOptions { Workers = 2 },
            farm.Directory["artifacts"],
            null,
            farm.Token);
        report.Run.Passed.ShouldBeTrue();
        File.Delete(farm.Directory["payload/" + file]);
    }

    private static Task EndedAsync(Farm farm, params string[] hosts) => Condition.HoldsAsync(
        async () => (await Task.WhenAll(hosts.Select(host => farm.Hosts.Known(host).RunAsync($"ls -d {Store}/run/*/ended | wc -l")))).All(outcome => outcome.Output.Trim() == "1"), "the runs have ended");
}
