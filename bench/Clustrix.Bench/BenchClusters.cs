using System.Collections;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Runs;
using Clustrix.Workloads;

namespace Clustrix.Bench;

/// <summary>How benchmarks get to the hosts and clusters that they make, and what they send there.</summary>
internal static class BenchClusters
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <summary>This process's variables.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } =
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    /// <summary>A host that is reached by SSH.</summary>
    /// <param name="config">The <c>ssh_config</c> that knows it.</param>
    /// <param name="name">Its name there.</param>
    public static SshHost Ssh(string config, string name) => new(
        SshAddress.Parse(name, new SettingOrigin(SettingLayer.Argument, "Hosts")), new SshOptions(config, "strict", ConnectTimeout), Variables);

    /// <summary>Connects to a cluster of some hosts.</summary>
    public static Task<Cluster> ConnectAsync(ClusterOptions options, params IReadOnlyList<IHost> hosts) =>
        Cluster.ConnectAsync(hosts, options, SilentLog.Instance, TimeProvider.System, CancellationToken.None);

    /// <summary>Looks at files, all of them anew.</summary>
    public static Task<Payload> PackAsync(params IReadOnlyList<PayloadSource> sources) =>
        new PayloadBuilder(cache: null, TimeProvider.System).BuildAsync(sources, CancellationToken.None);
}
