using Cake.Clustrix.Input;
using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Snapshots;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Takes down what the work depends on: packages with their content hashes, outputs, SDK, runtime, platform, tools and listed variables.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">What to take down.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshot")]
    public static Snapshot ClustrixSnapshot(this ICakeContext context, ClustrixSnapshotSettings settings) => AliasCall.Run(context, settings, SnapshotAsync);

    /// <summary>Takes down what the work depends on: packages with their content hashes, outputs, SDK, runtime, platform, tools and listed variables.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The snapshot.</returns>
    /// <exception cref="CakeException">It can't be done. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Snapshot").Does(() =>
    /// {
    ///     var snapshot = ClustrixSnapshot(settings =>
    ///     {
    ///         settings.Tools.Add("gcc", "14.2.0");
    ///         settings.SnapshotFile = "artifacts/environment.json";
    ///     });
    ///     Information($"{snapshot.Entries.Count} entries");
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Snapshot")]
    public static Snapshot ClustrixSnapshot(this ICakeContext context, Action<ClustrixSnapshotSettings> configure) => context.ClustrixSnapshot(Configured(configure));

    private static async Task<Snapshot> SnapshotAsync(AliasCall call, ClustrixSnapshotSettings settings, CancellationToken cancellationToken)
    {
        var resolved = await call.ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        var snapshot = settings.AssetsFile is null
            ? MachineSnapshot.Take(settings.Tools, Variables.Read(settings.EnvironmentVariables, call.Environment))
            : await new ProjectSnapshot(call, settings, call.Client.CacheDirectory(resolved)).TakeAsync(cancellationToken).ConfigureAwait(false);
        if (settings.SnapshotFile is { } file)
        {
            await snapshot.WriteAsync(file.MakeAbsolute(call.Context.Environment).FullPath, cancellationToken).ConfigureAwait(false);
        }

        call.Log.Detail($"The snapshot has {snapshot.Entries.Count} entries.");
        return snapshot;
    }
}
