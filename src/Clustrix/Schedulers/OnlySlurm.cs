using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Schedulers;

/// <summary>What of the batch schedulers only Slurm gives.</summary>
internal static class OnlySlurm
{
    /// <summary>What another scheduler is asked for that only Slurm gives.</summary>
    /// <param name="wanted">What each worker has to have room for.</param>
    /// <param name="options">What is asked for beside that.</param>
    /// <param name="scheduler">What messages call the other one.</param>
    /// <param name="example">An option of its own that says something of the kind.</param>
    /// <returns>The problem with its remedy; null when there is none.</returns>
    public static Problem? FaultOf(ResourceClass wanted, BatchOptions options, string scheduler, string example)
    {
        var setting = options switch
        {
            { Qos.Length: > 0 } => nameof(options.Qos),
            { Constraint.Length: > 0 } => nameof(options.Constraint),
            { Gres.Length: > 0 } => nameof(options.Gres),
            _ => null,
        };
        return setting is not null
            ? new Problem(ErrorCode.SchedulerRefused, $"{setting} is set, which is Slurm's. Leave it out, and ask {scheduler} for what you need in SchedulerOptions, such as '{example}'.")
            : wanted.Nodes > 1
            ? new Problem(
                ErrorCode.RequestTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"{Results.Count.Of(wanted.Items, "item")} {(wanted.Items == 1 ? "asks" : "ask")} for {wanted.Nodes} nodes at once, which Clustrix gets from Slurm only. Set Nodes to 1, or run on a cluster with Slurm."))
            : null;
    }
}
