using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Preflight;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Looks at every host of the cluster: is it there, and does it have what runs need? Nothing is sent.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The cluster.</param>
    /// <returns>What was found on each host; it is in <c>preflight.json</c> of the artifacts directory too.</returns>
    /// <exception cref="CakeException">Fewer hosts than <c>MinHosts</c> can be used, or it can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static PreflightReport ClustrixPreflight(this ICakeContext context, ClustrixPreflightSettings settings) => AliasCall.Run(context, settings, PreflightAsync);

    /// <summary>Looks at every host of the cluster: is it there, and does it have what runs need? Nothing is sent.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>What was found on each host; it is in <c>preflight.json</c> of the artifacts directory too.</returns>
    /// <exception cref="CakeException">Fewer hosts than <c>MinHosts</c> can be used, or it can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Preflight").Does(() => Information($"{ClustrixPreflight(_ => { }).Hosts.Count(host => host.Passed)} hosts"));
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Cluster")]
    public static PreflightReport ClustrixPreflight(this ICakeContext context, Action<ClustrixPreflightSettings> configure) => context.ClustrixPreflight(Configured(configure));

    private static async Task<PreflightReport> PreflightAsync(AliasCall call, ClustrixPreflightSettings settings, CancellationToken cancellationToken)
    {
        var report = await call.Client.PreflightAsync(await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        report.Tell(call.Log);
        report.Check();
        return report;
    }
}
