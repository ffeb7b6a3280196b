using Cake.Clustrix.Input;
using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;
using Clustrix.Stores;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Brings to the cluster what its store lacks of a payload. <c>ClustrixRun</c> does it by itself.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The payload.</param>
    /// <returns>What was sent and what was there.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static PushResult ClustrixPush(this ICakeContext context, ClustrixPushSettings settings) => AliasCall.Run(context, settings, PushAsync);

    /// <summary>Brings to the cluster what its store lacks of a payload. <c>ClustrixRun</c> does it by itself.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>What was sent and what was there.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Push").Does(() =>
    /// {
    ///     var push = ClustrixPush(settings => settings.Payload.Add(new ClustrixPayload("data")));
    ///     Information($"{push.FilesSent} files sent");
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static PushResult ClustrixPush(this ICakeContext context, Action<ClustrixPushSettings> configure) => context.ClustrixPush(Configured(configure));

    private static async Task<PushResult> PushAsync(AliasCall call, ClustrixPushSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var sources = PayloadReader.Read(settings.Payload, call.Directory);
        var connection = call.Client.BeginConnecting(resolved, cancellationToken);
        await using (connection.ConfigureAwait(false))
        {
            var payload = await connection.PackAsync(sources, cancellationToken).ConfigureAwait(false);
            var cluster = await connection.ClusterAsync().ConfigureAwait(false);
            var push = await cluster.PushAsync(payload, Verification.Changed, cancellationToken).ConfigureAwait(false);
            call.Log.Say(Account.Of(push, resolved.ClusterName));
            return push;
        }
    }
}
