using System.Collections;
using Clustrix.Configuration;
using Clustrix.Hosts;
using Clustrix.Testing;
using Clustrix.Testing.Ssh;

namespace Clustrix.Chaos.Grounds;

/// <summary>A cluster that is reached by SSH.</summary>
internal abstract class RemoteGround : Ground
{
    private static readonly SettingOrigin Origin = new(SettingLayer.Argument, "Hosts");

    public sealed override string Home => SshNode.Home;

    public sealed override string WayIn => "ssh";

    public sealed override Invariants Invariants => Invariants.Of(Login!);

    private protected abstract SshHosts Hosts { get; }

    private protected sealed override IHost Host => new SshHost(
        SshAddress.Parse(Login!.Name, Origin),
        new SshOptions(Hosts.ConfigFile, "strict", Limit),
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal));

    public sealed override async Task<IReadOnlyList<string>> ProcessesAsync()
    {
        var all = new List<string>();
        foreach (var node in Nodes.Append(Login!).Distinct())
        {
            all.AddRange(await node.ProcessesOfUserAsync());
        }

        return all;
    }

    private protected sealed override Task<ProcessOutcome> TryAsync(string script) => Login!.RunAsRootAsync(script);
}
