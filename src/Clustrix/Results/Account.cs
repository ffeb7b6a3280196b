using Clustrix.Configuration;
using Clustrix.Runs;
using Clustrix.Stores;

namespace Clustrix.Results;

/// <summary>What a step did, in one line for a log.</summary>
public static class Account
{
    /// <summary>Tells a push.</summary>
    public static string Of(PushResult push, string cluster) => push.FilesSent == 0
        ? $"Clustrix: {cluster} has the payload already ({Count.Of(push.FilesReused, "file")})."
        : $"Clustrix: {Count.Of(push.FilesSent, "file")} ({ByteSize.Format(push.ContentBytesSent)}{(push.Workspaces.Count > 1 ? $" to {push.Workspaces.Count} hosts" : "")}) pushed to {cluster}, {push.FilesReused} were there.";

    /// <summary>Tells what a run would do: a line for the push, one for the items, and one for each kind of workers, with the script that a scheduler would get.</summary>
    public static IEnumerable<string> Of(RunPlan plan, string cluster) =>
    [
        $"Clustrix: {Count.Of(plan.Push.Files.Count, "file")} ({ByteSize.Format(plan.Push.Bytes)}) would be pushed to {cluster}; {plan.Push.FilesReused} are there.",
        $"Clustrix: {Count.Of(plan.Items, "item")} would run, {plan.Reused} would be reused.",
        .. plan.Workers.SelectMany(planned => Of(planned, isShared: plan.Workers.Any(other => other.Host != planned.Host))),
    ];

    /// <summary>Tells a run that was collected.</summary>
    public static string Of(RunReport report) =>
        $"Clustrix: {(report.IsUnfinished ? $"run {report.Run.Run} hasn't ended; " : "")}{Summary.Counts(report)}. Artifacts: {report.Directory}";

    /// <summary>Tells what cancelling a run has changed.</summary>
    public static string Of(Cancellation cancellation) => $"Clustrix: run {cancellation.Run} {What(cancellation)}";

    /// <summary>As above, without the run in front: <c>is cancelled; none of its processes is left.</c></summary>
    public static string What(Cancellation cancellation) => cancellation switch
    {
        { Before: not RunState.Ended, Scheduler.Length: > 0 } => $"is cancelled; none of its processes is left, and no job of it in the queue of {cancellation.Scheduler}.",
        { Before: not RunState.Ended } => "is cancelled; none of its processes is left.",
        { TakenOut: > 0 } => $"had {Ended(cancellation)} before; {Count.Of(cancellation.TakenOut, "worker")} of it that {cancellation.Scheduler} still had in its queue {(cancellation.TakenOut == 1 ? "is" : "are")} out of it now.",
        _ => $"had {Ended(cancellation)} before; nothing of it was left to end.",
    };

    /// <summary>What a run does, in a word. One is cancelling as long as something of it is to be ended.</summary>
    public static string StateOf(RunStatus run) => StateOf(run.State, run.Cancelled, run.Left);

    /// <summary>As above.</summary>
    public static string StateOf(RunDescription run) => StateOf(run.State, run.Cancelled, run.Left);

    private static string StateOf(RunState state, bool cancelled, int? left) => (cancelled, state, left) switch
    {
        (true, RunState.Ended, 0) => "cancelled",
        (true, _, _) => "cancelling",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static string Ended(Cancellation cancellation) => cancellation.WasCancelled ? "been cancelled" : "ended";

    /// <summary>Tells what a clean-up removed, or would remove.</summary>
    public static string Of(CleanResult cleaned, bool dryRun, string storeRoot) =>
        $"Clustrix: {Count.Of(cleaned.Runs.Count, "run")}, {Count.Of(cleaned.Workspaces.Count, "payload")} and {Count.Of(cleaned.Blobs, "file")} ({ByteSize.Format(cleaned.Bytes)}) {(dryRun ? "would be" : "were")} removed from {storeRoot}.";

    /// <summary>Tells what a clean-up removed, or would remove, a line for each store.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<CleanedStore> cleaned, bool dryRun) => cleaned.Select(store => Of(store.Removed, dryRun, $"{store.Root} on {store.Host}"));

    /// <summary>Tells the runs that a cluster knows: a line of their number, and one for each.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<RunStatus> runs, string cluster) =>
    [
        runs.Count == 0 ? $"Clustrix: {cluster} knows no run." : $"Clustrix: {Count.Of(runs.Count, "run")} on {cluster}:",
        .. runs.Select(run => $"  {run.Run}  {Done(run)}, {StateOf(run)}"),
    ];

    /// <summary>Tells how much of a run is done, as far as that is known.</summary>
    public static string Done(RunStatus run) => Done(run.Done, run.Failed, run.Items, run.NotAsked) + Left(run.Run, run.Cancelled, run.Left);

    /// <summary>As above, of a run whose results were read.</summary>
    public static string Done(RunDescription run, RunResult result) =>
        Done(result.Results.Count(IsDone), result.Results.Count(item => IsDone(item) && item.Outcome != Outcome.Passed), run.Items.Count, run.NotAsked) + Left(run.Run, run.Cancelled, run.Left);

    private static bool IsDone(ItemResult item) => item.Record is not null && item.Outcome != Outcome.Cancelled;

    private static string Left(string run, bool cancelled, int? left) =>
        left is > 0 and var workers ? $"; {Count.Of(workers, "worker")} {(workers == 1 ? "is" : "are")} still in the scheduler's queue: 'clustrix cancel {run}' takes {(workers == 1 ? "it" : "them")} out"
        : left is null && cancelled ? $"; whether jobs of it are left in the scheduler's queue isn't known: 'clustrix cancel {run}' takes them out"
        : "";

    private static string Done(int done, int failed, int items, IReadOnlyList<string> notAsked) =>
        (done < items && notAsked.Count > 0
            ? $"at least {done} of {Count.Of(items, "item")} done ({string.Join(", ", notAsked)} couldn't be asked)"
            : $"{done} of {Count.Of(items, "item")} done")
        + (failed > 0 ? $", {failed} of them failed" : "");

    private static IEnumerable<string> Of(PlannedWorkers planned, bool isShared)
    {
        var needs = $"{Count.Of(planned.Cpus, "core")}{(planned.Memory > 0 ? $" and {ByteSize.Format(planned.Memory)}" : "")}{(planned.Nodes > 1 ? $" on {planned.Nodes} nodes" : "")}";
        yield return $"Clustrix: {planned.Host}: {Count.Of(planned.Workers, "worker")} for {Count.Of(planned.Items, "item")} of {needs}{(isShared ? ", shared with the other hosts" : "")}{(planned.Script.Length > 0 ? ", asked for with:" : ".")}";
        if (planned.Script.Length > 0)
        {
            foreach (var line in planned.Script.TrimEnd('\n').Split('\n'))
            {
                yield return line;
            }
        }
    }
}
