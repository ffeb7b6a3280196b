using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Conformance.Ssh;

public sealed class OutputsOnLostHosts
{
    [SshFact]
    public async Task A_passed_item_whose_outputs_are_gone_with_its_host_is_told_until_they_are_here()
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(farm.Hosts.StartAsync("h1"), farm.Hosts.StartAsync("h2"));
        var options = new ClusterOptions { HostLossTimeout = TimeSpan.FromSeconds(5) };
        const string command = "cat /proc/sys/kernel/hostname >out; [ \"$(cat out)\" = h1 ] || until [ -e /home/builder/go ]; do sleep 0.1; done";
        var workload = Farm.Workload(
            await farm.PayloadAsync("a"), [.. Enumerable.Range(0, 2).Select(number => Farm.Item($"item {number}", command) with { Outputs = ["out"] })]);
        RunResult run;
        IReadOnlyList<CollectedItem> items;
        await using (var cluster = await farm.ConnectAsync(options, "h1", "h2"))
        {
            var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
            var done = new TaskCompletionSource();
            var running = cluster.RunAsync(workload, push, new RunOptions { Workers = 1 }, new Heard(progress => _ = progress.Done == 1 && done.TrySetResult()), farm.Token);
            await done.Task.WaitAsync(farm.Token);
            await nodes[0].StopServerAsync();
            await nodes[0].CutConnectionsAsync();
            await Condition.HoldsAsync(() => farm.Log.Warnings.Any(warning => warning.Message.Contains("h1", StringComparison.Ordinal)), "the host is missed");
            await nodes[1].RunAsRootAsync($"touch {Testing.Ssh.SshNode.Home}/go");
            run = await running;
            items = await cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token);
        }

        run.Passed.ShouldBeTrue();
        var lost = items.Single(item => item.Result.Host == "h1");
        (lost.IsWhole, lost.Outputs.Count, lost.NotCollected!.Code, lost.NotCollected.Item).ShouldBe((false, 0, ErrorCode.OutputsNotCollected, lost.Result.Name));
        lost.NotCollected.Message.ShouldContain($"passed on h1, and its outputs are there and not here: 'out'");
        lost.NotCollected.Message.ShouldContain($"'clustrix collect {run.Run}'");
        items.Single(item => item != lost).Outputs.Count.ShouldBe(1);

        await nodes[0].StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");
        var collected = await later.CollectAsync(await later.FindRunAsync(run.Run, farm.Token), farm.Directory["later"], farm.Token);

        collected.IsWhole.ShouldBeTrue();
        collected.Items.Select(item => File.ReadAllText(item.Outputs[0].Path)).Order().ShouldBe(["h1\n", "h2\n"]);
    }
}
