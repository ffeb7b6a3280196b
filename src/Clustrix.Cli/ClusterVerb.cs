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
        var cluster = await (IsVisit(call) ? call.Client.VisitAsync(settings, cancellationToken) : call.Client.ConnectAsync(settings, cancellationToken)).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            return await RunAsync(call, settings, cluster, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether nothing is to be changed: where there is no store, none is made.</summary>
    protected virtual bool IsVisit(Call call) => false;

    /// <summary>Does it, with the cluster at hand.</summary>
    protected abstract Task<ExitCode> RunAsync(Call call, ResolvedSettings settings, Cluster cluster, CancellationToken cancellationToken);
}
