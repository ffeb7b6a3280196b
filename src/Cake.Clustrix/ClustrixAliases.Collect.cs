using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;
using Clustrix.Runs;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Brings what a run has so far to this machine: logs, outputs, records and a summary. <c>ClustrixRun</c> does it by itself.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The run.</param>
    /// <returns>The run with every item's outcome, logs and outputs. That an item didn't pass is no failure here.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static RunReport ClustrixCollect(this ICakeContext context, ClustrixCollectSettings settings) => AliasCall.Run(context, settings, CollectAsync);

    /// <summary>Brings what a run has so far to this machine: logs, outputs, records and a summary. <c>ClustrixRun</c> does it by itself.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The run with every item's outcome, logs and outputs. That an item didn't pass is no failure here.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Collect").Does(() =>
    /// {
    ///     foreach (var run in ClustrixStatus(_ => { }))
    ///     {
    ///         ClustrixCollect(settings => settings.RunId = run.Run);
    ///     }
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static RunReport ClustrixCollect(this ICakeContext context, Action<ClustrixCollectSettings> configure) => context.ClustrixCollect(Configured(configure));

    private static async Task<RunReport> CollectAsync(AliasCall call, ClustrixCollectSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var report = await call.OnClusterAsync(resolved, CollectAsync, cancellationToken).ConfigureAwait(false);
        call.Log.Say(Account.Of(report));
        return report;

        async Task<RunReport> CollectAsync(Cluster cluster)
        {
            var run = await cluster.FindRunAsync(settings.RunId, cancellationToken).ConfigureAwait(false);
            return await cluster.CollectAsync(run, call.Client.ArtifactsDirectory(resolved), cancellationToken).ConfigureAwait(false);
        }
    }
}
