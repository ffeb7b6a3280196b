using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>Connections that break before a run and after it: while its payload is pushed, and while its results are brought.</summary>
public sealed class ReconnectingToHosts
{
    private const int Outputs = 4;
    // Of what a host sends at once the client takes all or nothing: some 4 MB.
    private const int SizeOfOutput = 4_000_000;

    [SshTheory]
    [InlineData(1, 0)]
    [InlineData(3, 60)]
    public async Task What_is_missing_is_brought_when_the_connection_has_broken(int hosts, int patience)
    {
        await using var farm = await Farm.OpenAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(1, hosts).Select(number => farm.Hosts.StartAsync($"h{number}")));
        var link = await farm.Hosts.LinkAsync(nodes[0], "link", LinkSpeed.Unlimited);
        await using var cluster = await farm.ConnectAsync(Patient(patience), ["link", .. nodes.Skip(1).Select(node => node.Name)]);
        string[] names = [.. Enumerable.Range(0, Outputs).Select(number => $"out{number}")];
        var command = string.Join("; ", names.Select(name => $"head -c {SizeOfOutput} /dev/urandom >{name}"));
        var run = await RunAsync(farm, cluster, [.. Enumerable.Range(0, hosts).Select(number => Farm.Item($"item {number}", command) with { Outputs = names })]);
        var before = link.Received;
        link.CutAfterReceiving((long)(2.5 * SizeOfOutput));

        var items = await cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token);

        items.ShouldAllBe(item => item.IsWhole && item.Outputs.Count == Outputs && item.Outputs.All(output => new FileInfo(output.Path).Length == SizeOfOutput));
        (link.Received - before).ShouldBeLessThan(5 * SizeOfOutput, "what had arrived isn't brought again");
        var warning = farm.Log.Warnings.ShouldHaveSingleItem();
        (warning.Code, warning.Message.EndsWith(" Connecting again.", StringComparison.Ordinal)).ShouldBe((ErrorCode.ConnectionLost, true), warning.Message);
        farm.Log.Said.ShouldContain(message => message.StartsWith("link is back after ", StringComparison.Ordinal));
    }

    [SshTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_refuses_connections_for_a_while_is_waited_for(bool isPush)
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        await using var cluster = await farm.ConnectAsync(Patient(60), "h1");
        var run = await RunAsync(farm, cluster, Farm.Item("item", "echo done >out") with { Outputs = ["out"] });
        var another = await farm.PayloadAsync("another");
        await CutOffAsync(node);

        Task step = isPush
            ? cluster.PushAsync(another, Verification.Changed, farm.Token)
            : cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token);
        await Condition.HoldsAsync(
            () => step.IsCompleted || farm.Log.Details.Any(detail => detail.Contains("Connection refused", StringComparison.Ordinal)), "the host has refused a connection");
        await node.StartServerAsync();
        await step;

        farm.Log.Warnings.ShouldHaveSingleItem().Message.ShouldEndWith(" Connecting again.");
        (isPush
            ? (await node.RunAsync("cat .cache/clustrix/ws/*/another")).Output
            : File.ReadAllText(Directory.GetFiles(farm.Directory["artifacts"], "out", SearchOption.AllDirectories).Single())).ShouldBe(isPush ? "another\n" : "done\n");
    }

    [SshFact]
    public async Task A_single_host_that_stays_away_is_told_with_what_brings_its_results()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");
        RunResult run;
        await using (var cluster = await farm.ConnectAsync(Patient(1), "h1"))
        {
            run = await RunAsync(farm, cluster, Farm.Item("item", "echo done >out") with { Outputs = ["out"] });
            await CutOffAsync(node);

            var problem = (await Should.ThrowAsync<ClustrixException>(() => cluster.CollectAsync(run, farm.Directory["artifacts"], farm.Token))).Problems.ShouldHaveSingleItem();

            problem.Code.ShouldBe(ErrorCode.HostUnreachable);
            problem.Message.ShouldEndWith($" The logs and outputs of 1 item are there and weren't collected; 'clustrix collect {run.Run}' brings them when the host is back.");
        }

        await node.StartServerAsync();
        await using var later = await farm.ConnectAsync("h1");
        (await later.CollectAsync(await later.FindRunAsync(run.Run, farm.Token), farm.Directory["later"], farm.Token)).IsWhole.ShouldBeTrue();
    }

    private static ClusterOptions Patient(int seconds) => new() { HostLossTimeout = TimeSpan.FromSeconds(seconds) };

    private static async Task<RunResult> RunAsync(Farm farm, Cluster cluster, params Item[] items)
    {
        var workload = Farm.Workload(await farm.PayloadAsync("a"), items);
        var push = await cluster.PushAsync(workload.Payload, Verification.Changed, farm.Token);
        var run = await cluster.RunAsync(workload, push, new RunOptions { Workers = 1 }, null, farm.Token);
        run.Passed.ShouldBeTrue();
        return run;
    }

    private static async Task CutOffAsync(SshNode node)
    {
        await node.StopServerAsync();
        await node.CutConnectionsAsync();
    }
}
