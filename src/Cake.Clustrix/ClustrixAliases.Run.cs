using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Results;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Runs items on the cluster and brings their results to this machine: push, run, collect, report. An item that has passed before, with nothing changed, isn't run again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The items, the payload, and how to run.</param>
    /// <returns>The run with every item's outcome, logs and outputs.</returns>
    /// <exception cref="CakeException">It can't be done; or an item didn't pass. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static RunReport ClustrixRun(this ICakeContext context, ClustrixRunSettings settings) => AliasCall.Run(context, settings, RunAsync);

    /// <summary>Runs items on the cluster and brings their results to this machine: push, run, collect, report. An item that has passed before, with nothing changed, isn't run again.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The run with every item's outcome, logs and outputs.</returns>
    /// <exception cref="CakeException">It can't be done; or an item didn't pass. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Count").Does(() =>
    /// {
    ///     var report = ClustrixRun(settings =>
    ///     {
    ///         settings.Payload.Add(new ClustrixPayload("data"));
    ///         settings.Items.Add(new ClustrixItem("lines", "cat data/* | wc -l > lines.txt") { Outputs = { "lines.txt" } });
    ///         settings.Timeout = TimeSpan.FromMinutes(10);
    ///     });
    ///     Information(report.Directory);
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static RunReport ClustrixRun(this ICakeContext context, Action<ClustrixRunSettings> configure) => context.ClustrixRun(Configured(configure));

    private static Task<RunReport> RunAsync(AliasCall call, ClustrixRunSettings settings, CancellationToken cancellationToken) =>
        new WorkloadRun(call, settings).ExecuteAsync(cancellationToken);
}
