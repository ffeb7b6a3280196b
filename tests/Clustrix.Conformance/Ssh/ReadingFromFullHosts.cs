using System.Text;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Ssh;

/// <summary>What is on a full disk can still be read.</summary>
public sealed class ReadingFromFullHosts
{
    private const int LogLength = 300_000;
    private static readonly string Ballast = $"{SshNode.Home}/ballast";

    [SshTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_s_results_outputs_and_logs_come_from_a_disk_without_a_free_byte(bool isConnectedBefore)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Disk(16_000_000));
        var before = await farm.ConnectAsync("h1");
        var run = await RunAsync(farm, before);
        if (!isConnectedBefore)
        {
            await before.DisposeAsync();
        }

        await FillAsync(node);
        await using (var cluster = isConnectedBefore ? before : await farm.ConnectAsync("h1"))
        {
            await ReadAsync(farm, cluster, run);
        }

        await using (var again = await farm.ConnectAsync("h1"))
        {
            await ReadAsync(farm, again, run);
        }

        await Invariants.Of(node).HoldAsync();
    }

    [SshFact]
    public async Task A_run_s_results_outputs_and_logs_come_from_a_disk_without_room_for_another_file()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1", SshTrait.Inodes(900));
        await using var cluster = await farm.ConnectAsync("h1");
        var run = await RunAsync(farm, cluster);
        await node.RunAsRootAsync($"mkdir {Ballast}; cd {Ballast}; i=0; while echo x >$i; do i=$((i + 1)); done");

        await ReadAsync(farm, cluster, run);

        await Invariants.Of(node).HoldAsync();
    }

    /// <summary>The first piece goes as always, and the second finds no room.</summary>
    [SshFact]
    public async Task A_disk_that_becomes_full_while_it_is_read_costs_nothing_of_what_is_read()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync("h1");
        var run = await RunAsync(farm, cluster);
        const string piece = "case $* in 'bs=1048576 count=4 '*) [ -e ~/first ] && { dd.real \"$@\" | head -c 1000; exit 1; }; touch ~/first ;; esac";
        await node.RunAsRootAsync($"mv /usr/bin/dd /usr/bin/dd.real; cat >/usr/bin/dd <<'END'\n#!/bin/sh\n{piece}\nexec dd.real \"$@\"\nEND\nchmod 755 /usr/bin/dd");

        await ReadAsync(farm, cluster, run);

        (await node.RunAsync("rm first")).ExitCode.ShouldBe(0, "pieces were sent");
        await Invariants.Of(node).HoldAsync();
    }

    // Outputs of more than one piece, under a name that a list holds and under one that none does.
    private static async Task<string> RunAsync(Farm farm, Cluster cluster)
    {
        const string command = "head -c 5000000 /dev/urandom >out; head -c 4300000 /dev/urandom >'an output'; yes 0123456789abcdef | head -c 300000";
        var workload = Farm.Workload(await farm.PayloadAsync("a"), Farm.Item("item", command) with { Outputs = ["out", "an output"] });
        var push = await cluster.PushAsync(workload.Payload, Stores.Verification.Changed, farm.Token);
        var run = await cluster.RunAsync(workload, push, new RunOptions { Workers = 1 }, null, farm.Token);
        run.Passed.ShouldBeTrue();
        return run.Run;
    }

    private static async Task FillAsync(SshNode node)
    {
        await Condition.HoldsAsync(async () => (await node.RunAsync("ls .cache/clustrix/run/*/ended")).ExitCode == 0, "the pool has ended");
        await node.RunAsRootAsync($"cat /dev/zero >{Ballast}; cat /dev/zero >{Ballast}2");
        (await node.RunAsRootAsync($": >{Ballast}3 && echo x >{Ballast}3")).ExitCode.ShouldNotBe(0, "the disk is full");
    }

    private static async Task ReadAsync(Farm farm, Cluster cluster, string id)
    {
        var run = await cluster.FindRunAsync(id, farm.Token);
        var report = await cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token);
        report.IsWhole.ShouldBeTrue();
        var item = report.Items.ShouldHaveSingleItem();
        item.Result.Outcome.ShouldBe(Outcome.Passed);
        item.Outputs.Select(output => (output.Name, new FileInfo(output.Path).Length)).Order().ShouldBe([("an output", 4_300_000), ("out", 5_000_000)]);
        var log = await File.ReadAllTextAsync(item.Stdout!, farm.Token);
        log.Length.ShouldBe(LogLength);
        Directory.Delete(farm.Directory["artifacts"], recursive: true);
        (await LogOfAsync(farm, cluster, run)).ShouldBe(log);
    }

    private static async Task<string> LogOfAsync(Farm farm, Cluster cluster, RunDescription run)
    {
        var log = cluster.OpenLog(run, 0);
        var text = new StringBuilder();
        while ((await log.ReadAsync(farm.Token)).Output is { Length: > 0 } output)
        {
            text.Append(Encoding.UTF8.GetString(output.Span));
        }

        return text.ToString();
    }
}
