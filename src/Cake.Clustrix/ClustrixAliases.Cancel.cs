using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;
using Clustrix.Runs;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Cancels a run: every process of every item is ended.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The run.</param>
    /// <returns>The run.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static RunDescription ClustrixCancel(this ICakeContext context, ClustrixCancelSettings settings) => AliasCall.Run(context, settings, CancelAsync);

    /// <summary>Cancels a run: every process of every item is ended.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The run.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Cancel").Does(() => ClustrixCancel(settings => settings.RunId = Argument<string>("run")));
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Runs")]
    public static RunDescription ClustrixCancel(this ICakeContext context, Action<ClustrixCancelSettings> configure) => context.ClustrixCancel(Configured(configure));

    private static async Task<RunDescription> CancelAsync(AliasCall call, ClustrixCancelSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        return await call.OnClusterAsync(resolved, CancelAsync, cancellationToken).ConfigureAwait(false);

        async Task<RunDescription> CancelAsync(Cluster cluster)
        {
            var run = await cluster.FindRunAsync(settings.RunId, cancellationToken).ConfigureAwait(false);
            call.Log.Say(Account.Of(await cluster.CancelAsync(run.Run, cancellationToken).ConfigureAwait(false)));
            return run;
        }
    }
}
