using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;
using Clustrix.Runs;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Lists the runs that the cluster knows.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The cluster.</param>
    /// <returns>The runs, the oldest first.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static IReadOnlyList<RunStatus> ClustrixStatus(this ICakeContext context, ClustrixStatusSettings settings) => AliasCall.Run(context, settings, StatusAsync);

    /// <summary>Lists the runs that the cluster knows.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The runs, the oldest first.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Status").Does(() =>
    /// {
    ///     var running = ClustrixStatus(_ => { }).Count(run => run.State == RunState.Running);
    ///     Information($"{running} running");
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static IReadOnlyList<RunStatus> ClustrixStatus(this ICakeContext context, Action<ClustrixStatusSettings> configure) => context.ClustrixStatus(Configured(configure));

    private static async Task<IReadOnlyList<RunStatus>> StatusAsync(AliasCall call, ClustrixStatusSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var runs = await call.OnClusterAsync(resolved, cluster => cluster.StatusAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var line in Account.Of(runs, resolved.ClusterName))
        {
            call.Log.Say(line);
        }

        return runs;
    }
}
