using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Configuration;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Runs;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Connects to the cluster and tells what it is: its shell and tools answer, its store can be written. Nothing is sent.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The cluster.</param>
    /// <returns>What the cluster's host says of itself.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static NodeFacts ClustrixPreflight(this ICakeContext context, ClustrixPreflightSettings settings) => AliasCall.Run(context, settings, PreflightAsync);

    /// <summary>Connects to the cluster and tells what it is: its shell and tools answer, its store can be written. Nothing is sent.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>What the cluster's host says of itself.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Preflight").Does(() => Information($"{ClustrixPreflight(_ => { }).Cores} cores"));
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static NodeFacts ClustrixPreflight(this ICakeContext context, Action<ClustrixPreflightSettings> configure) => context.ClustrixPreflight(Configured(configure));

    private static async Task<NodeFacts> PreflightAsync(AliasCall call, ClustrixPreflightSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        return await call.OnClusterAsync(resolved, Tell, cancellationToken).ConfigureAwait(false);

        Task<NodeFacts> Tell(Cluster cluster)
        {
            call.Log.Say(Account.Of(cluster.Facts, resolved.Text(SettingsSchema.Cluster), cluster.StoreRoot));
            return Task.FromResult(cluster.Facts);
        }
    }
}
