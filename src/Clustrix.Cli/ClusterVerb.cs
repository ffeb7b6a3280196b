using System.CommandLine;
using Clustrix.Configuration;
using Clustrix.Runs;

namespace Clustrix.Cli;

/// <summary>A verb that asks the cluster something.</summary>
internal abstract class ClusterVerb : Verb
{
    /// <inheritdoc/>
    public override void Define(Command command) => SettingOptions.Add(command, SettingsSchema.Access);

    /// <inheritdoc/>
    public sealed override async Task<ExitCode> RunAsync(Call call, CancellationToken cancellationToken)
    {
        var settings = await call.SettingsAsync(cancellationToken).ConfigureAwait(false);
        var cluster = await ConnectAsync(call, settings, cancellationToken).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            return await RunAsync(call, settings, cluster, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Connects to whoever of the cluster's hosts is there.</summary>
    protected virtual Task<Cluster> ConnectAsync(Call call, ResolvedSettings settings, CancellationToken cancellationToken) => call.Client.ReachAsync(settings, cancellationToken);

    /// <summary>Does it, with the cluster at hand.</summary>
    protected abstract Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken);
}
