using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Removes from the store what nobody uses any more: ended runs, payloads and file contents.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">What to keep.</param>
    /// <returns>What was removed, or would be.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static CleanResult ClustrixClean(this ICakeContext context, ClustrixCleanSettings settings) => AliasCall.Run(context, settings, CleanAsync);

    /// <summary>Removes from the store what nobody uses any more: ended runs, payloads and file contents.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>What was removed, or would be.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Clean").Does(() => ClustrixClean(settings => settings.KeepDays = 7));
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static CleanResult ClustrixClean(this ICakeContext context, Action<ClustrixCleanSettings> configure) => context.ClustrixClean(Configured(configure));

    private static async Task<CleanResult> CleanAsync(AliasCall call, ClustrixCleanSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        return await call.OnClusterAsync(resolved, settings.DryRun, CleanAsync, cancellationToken).ConfigureAwait(false);

        async Task<CleanResult> CleanAsync(Cluster cluster)
        {
            var cleaned = await cluster.CleanAsync(Retention.Of(resolved), settings.DryRun, cancellationToken).ConfigureAwait(false);
            foreach (var line in Account.Of(cleaned, settings.DryRun))
            {
                call.Log.Say(line);
            }

            return CleanResult.Of(cleaned);
        }
    }
}
