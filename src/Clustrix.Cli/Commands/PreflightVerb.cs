using Clustrix.Configuration;
using Clustrix.Results;
using Clustrix.Runs;

namespace Clustrix.Cli.Commands;

/// <summary>Checks that the cluster can be used.</summary>
internal sealed class PreflightVerb : ClusterVerb
{
    /// <inheritdoc/>
    public override string Name => "preflight";

    /// <inheritdoc/>
    public override string Description => "Check that the cluster can be used, and say what it is. Nothing is sent.";

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken)
    {
        var facts = cluster.Facts;
        if (call.Terminal.Json)
        {
            JsonOutput.Write(call.Terminal, json =>
            {
                json.WriteString("cluster", settings.Text(SettingsSchema.Cluster));
                json.WriteString("host", facts.HostName);
                json.WriteString("system", facts.System);
                json.WriteNumber("cores", facts.Cores);
                json.WriteNumber("memory", facts.MemoryBytes);
                json.WriteString("store", cluster.StoreRoot);
            });
            return ExitCode.Done;
        }

        await call.Terminal.Output.WriteLineAsync(Account.Of(facts, settings.Text(SettingsSchema.Cluster), cluster.StoreRoot)).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
