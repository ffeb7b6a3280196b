using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Snapshots;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Makes the environment hash of a snapshot. At the verbosity Verbose it says what went into it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The snapshot.</param>
    /// <returns>The hash; it can tell what went into it.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshot")]
    public static EnvironmentHash ClustrixHash(this ICakeContext context, ClustrixHashSettings settings) => AliasCall.Run(context, settings, HashAsync);

    /// <summary>Makes the environment hash of a snapshot. At the verbosity Verbose it says what went into it.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The hash; it can tell what went into it.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Hash").Does(() =>
    /// {
    ///     var hash = ClustrixHash(settings => settings.Snapshot = ClustrixSnapshot(_ => { }));
    ///     Information(hash);
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshot")]
    public static EnvironmentHash ClustrixHash(this ICakeContext context, Action<ClustrixHashSettings> configure) => context.ClustrixHash(Configured(configure));

    private static async Task<EnvironmentHash> HashAsync(AliasCall call, ClustrixHashSettings settings, CancellationToken cancellationToken)
    {
        var snapshot = settings.Snapshot
            ?? await Snapshot.ReadAsync(settings.SnapshotFile.MakeAbsolute(call.Context.Environment).FullPath, cancellationToken).ConfigureAwait(false);
        var hash = EnvironmentHash.Of(snapshot);
        foreach (var (entry, digest) in hash.Explain)
        {
            call.Log.Detail($"{digest}  {entry}");
        }

        call.Log.Say($"Clustrix: environment {hash}");
        return hash;
    }
}
