using Cake.Core;
using Cake.Core.Annotations;
using Clustrix.Runs;

namespace Cake.Clustrix;

public static partial class ClustrixAliases
{
    /// <summary>Tells what <c>ClustrixRun</c> would do: what it would send, which items it would run, and what it would ask a scheduler for. Nothing is sent or submitted.</summary>
    /// <param name="context">The context.</param>
    /// <param name="settings">The items, the payload, and how to run.</param>
    /// <returns>The plan, with the script for a scheduler.</returns>
    /// <exception cref="CakeException">The run couldn't begin. The message begins with a code, <c>CLXnnnn</c>.</exception>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static RunPlan ClustrixPlan(this ICakeContext context, ClustrixPlanSettings settings) => AliasCall.Run(context, settings, PlanAsync);

    /// <summary>Tells what <c>ClustrixRun</c> would do: what it would send, which items it would run, and what it would ask a scheduler for. Nothing is sent or submitted.</summary>
    /// <param name="context">The context.</param>
    /// <param name="configure">Fills in the settings.</param>
    /// <returns>The plan, with the script for a scheduler.</returns>
    /// <exception cref="CakeException">The run couldn't begin. The message begins with a code, <c>CLXnnnn</c>.</exception>
    /// <example>
    /// <code><![CDATA[
    /// Task("Plan").Does(() =>
    /// {
    ///     var plan = ClustrixPlan(settings => settings.Items.Add(new ClustrixItem("lines", "cat data/* | wc -l")));
    ///     Information($"{plan.Items} items would run");
    /// });
    /// ]]></code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Run")]
    public static RunPlan ClustrixPlan(this ICakeContext context, Action<ClustrixPlanSettings> configure) => context.ClustrixPlan(Configured(configure));

    private static Task<RunPlan> PlanAsync(AliasCall call, ClustrixPlanSettings settings, CancellationToken cancellationToken) =>
        new WorkloadRun(call, settings).PlanAsync(cancellationToken);
}
