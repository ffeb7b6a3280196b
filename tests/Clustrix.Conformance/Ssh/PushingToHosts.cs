using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

public sealed class PushingToHosts
{
    public static TheoryData<bool> Busybox => new(false, true);

    /// <summary>As a user who isn't root, for whom directories that can't be written to are just that.</summary>
    [SshTheory]
    [MemberData(nameof(Busybox))]
    public async Task A_tree_that_was_edited_travels_as_the_difference(bool busybox)
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1", busybox ? [SshTrait.Busybox] : []);
        var options = new ClusterOptions { Pushed = PushedPayloads.In(farm.Directory["cache"], "") };
        string[] common = [.. Enumerable.Range(0, 30).Select(number => $"common/{number % 3}/deep/{number}")];
        var first = await PushAsync(farm, options, await farm.PayloadAsync([.. common, "edited", "goes/below/this", "blank/file"]));
        System.IO.Directory.Delete(farm.Directory["payload/goes"], recursive: true);
        farm.Directory.Write("payload/blank/file", "");
        File.Delete(farm.Directory["payload/common/0/deep/0"]);

        var second = await PushAsync(farm, options, await farm.PayloadAsync("edited too", "common/1/new/file"));
        var third = await PushAsync(farm, options, await farm.PayloadAsync("edited too"));

        (first.FilesSent, first.Requests).ShouldBe((33, 3));
        (second.FilesSent, second.Requests).ShouldBe((2, 2));
        third.WasThere.ShouldBeTrue();
        var there = await farm.Hosts.Known("h1").RunAsync($"cd '{second.Workspace}' && find . -type f | sort && find . -type d -perm -u+w");
        there.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            common.Where(path => path != "common/0/deep/0").Concat(["edited", "blank/file", "edited too", "common/1/new/file"]).Select(path => "./" + path).Order(StringComparer.Ordinal), ignoreOrder: true);
    }

    private static async Task<PushResult> PushAsync(Farm farm, ClusterOptions options, Payload payload)
    {
        await using var cluster = await farm.ConnectAsync(options, "h1");
        return await cluster.PushAsync(payload, Verification.All, farm.Token);
    }
}
