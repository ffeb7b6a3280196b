using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Runtimes;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>A program that was published without a runtime, on hosts with and without .NET.</summary>
public sealed class RuntimesOnHosts
{
    private static readonly string DotnetRoot = Path.GetFullPath(Path.Join(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    // What a program needs is in this file alone.
    private static readonly string Config = Path.Combine(AppContext.BaseDirectory, "Clustrix.Conformance.runtimeconfig.json");

    [SshFact]
    public async Task A_host_that_lacks_it_gets_the_runtime_once()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1");

        var (first, trace) = await RunAsync(farm, RuntimePolicy.Auto, "one");
        var (second, _) = await RunAsync(farm, RuntimePolicy.Auto, "two");

        (first.Passed, second.Passed).ShouldBe((true, true));
        trace.ShouldContain($"Microsoft.NETCore.App {Environment.Version} [/home/builder/.cache/clustrix/ws/");
        farm.Log.Details.Count(detail => detail.Contains("runtime of this machine", StringComparison.Ordinal)).ShouldBe(2);
        (await farm.Hosts.Known("h1").RunAsync("ls -d .cache/clustrix/ws/*.ready | wc -l")).Output.Trim().ShouldBe("2", "one payload and one runtime");
    }

    [SshFact]
    public async Task A_host_that_has_it_keeps_its_own()
    {
        await using var farm = await Farm.OpenAsync();
        await farm.Hosts.StartAsync("h1", SshTrait.Dotnet);

        var (run, trace) = await RunAsync(farm, RuntimePolicy.Auto, "item");

        run.Passed.ShouldBeTrue();
        trace.ShouldNotContain("/.cache/clustrix/");
        farm.Log.Details.ShouldNotContain(detail => detail.Contains("runtime of this machine", StringComparison.Ordinal));
    }

    [SshFact]
    public async Task What_must_be_there_and_isn_t_is_told_with_the_host()
    {
        await using var farm = await Farm.OpenAsync();
        var node = await farm.Hosts.StartAsync("h1");

        var failure = await Should.ThrowAsync<ClustrixException>(() => RunAsync(farm, RuntimePolicy.Require, "item"));
        failure.Code.ShouldBe(ErrorCode.RuntimeMissing);
        failure.Message.ShouldContain("h1 lacks Microsoft.NETCore.App");

        (await Should.ThrowAsync<ClustrixException>(() => RunAsync(farm, RuntimePolicy.SelfContained, "item"))).Message.ShouldContain("--self-contained");

        // A stand-in for another kind of machine: only what the host says of itself is another.
        await node.RunAsRootAsync("printf '#!/bin/sh\\necho Linux aarch64\\n' >/usr/bin/uname; chmod 755 /usr/bin/uname");
        failure = await Should.ThrowAsync<ClustrixException>(() => RunAsync(farm, RuntimePolicy.Auto, "item"));
        failure.Code.ShouldBe(ErrorCode.RuntimeUnsuitable);
        failure.Message.ShouldContain("-r linux-arm64 --self-contained");
    }

    private static async Task<(RunResult Run, string Output)> RunAsync(Farm farm, RuntimePolicy policy, string item)
    {
        var environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = DotnetRoot };
        Task<Payload> PackAsync(IReadOnlyList<PayloadSource> sources, CancellationToken token) => new PayloadBuilder(cache: null, TimeProvider.System).BuildAsync(sources, token);
        var payload = await PackAsync([new PayloadSource("test", Config, "app")], farm.Token);
        await using var cluster = await farm.ConnectAsync("h1");

        var (run, items) = await farm.RunAsync(
            cluster,
            Farm.Workload(payload, Farm.Item(item, $"dotnet --list-runtimes; echo {item}")),
            new RunOptions { Workers = 1, Runtime = new RuntimeDelivery(policy, new LocalRuntime(environment, PackAsync)) });
        return (run, File.ReadAllText(items[0].Stdout ?? items[0].Stderr!));
    }
}
