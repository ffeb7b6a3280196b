using Clustrix.Stores;

namespace Clustrix.Runs;

/// <summary>What a run would do.</summary>
/// <param name="Push">What would be sent to the first host.</param>
/// <param name="Items">How many items would run.</param>
/// <param name="Reused">How many would be taken as passed, because they have passed before.</param>
/// <param name="Workers">The workers that it would begin with, for each host and each kind of items; empty when nothing would run.</param>
public sealed record RunPlan(PushPlan Push, int Items, int Reused, IReadOnlyList<PlannedWorkers> Workers)
{
    /// <summary>What stands in scripts for the id that the run would get.</summary>
    public const string Run = "RUN";

    /// <summary>What stands in scripts for the token of a store that isn't there yet.</summary>
    public const string Token = "TOKEN";
}

/// <summary>Workers for items that ask for the same.</summary>
/// <param name="Host">The host that starts them, or on which the scheduler is asked for them.</param>
/// <param name="Items">How many items there are for them, and for those of the other hosts.</param>
/// <param name="Nodes">Machines that each item has at once.</param>
/// <param name="Cpus">Cores that each item keeps busy, on each machine.</param>
/// <param name="Memory">Bytes of memory that each item may need; 0 when it doesn't say.</param>
/// <param name="Workers">How many workers.</param>
/// <param name="Script">What a batch scheduler would get, with <see cref="RunPlan.Run"/> for the run's id; empty without one.</param>
public sealed record PlannedWorkers(string Host, int Items, int Nodes, int Cpus, long Memory, int Workers, string Script);
