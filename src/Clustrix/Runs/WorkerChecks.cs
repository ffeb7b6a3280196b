using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Finds out from the workers of a run what can't get better by waiting.</summary>
/// <param name="work">The run's work.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="host">What messages call the host where jobs are submitted.</param>
/// <param name="root">The store's root there.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerChecks(RunWork work, BatchScheduler scheduler, string host, string root, TimeProvider time)
{
    private readonly long _begun = time.GetTimestamp();
    private bool _hasWorked;

    /// <summary>Why the run is to be given up: cancelled, with its jobs out of the queue; null when it isn't.</summary>
    public ClustrixException? HopelessnessOf(WorkerRoster roster)
    {
        if (!work.Records.Begun && roster.Workers.FirstOrDefault(DoesNotSeeStore) is { } unseen)
        {
            return new ClustrixException(
                ErrorCode.StoreNotOnNodes,
                $"{(unseen.Node.Length > 0 ? unseen.Node : "A compute node")}: the worker doesn't see the store {root} of {host}. Set StoreRoot to a directory that {host} and the compute nodes share, such as one on the cluster's file system. (Worker {unseen.Id}: {(unseen.End == TaskEnd.Failed ? string.Create(CultureInfo.InvariantCulture, $"{unseen.State}, exit code {unseen.ExitCode}") : unseen.StateAndReason)}.)");
        }

        var live = roster.Live.ToList();
        return live.Count > 0 && live.All(worker => worker.Phase == TaskPhase.Stuck)
            ? new ClustrixException(
                ErrorCode.WorkerLost,
                $"{scheduler.Name} won't start any worker of run {work.Run}: {live[0].StateAndReason}. The run is cancelled and its jobs are out of the queue. Have that mended on the nodes, and start the same build again.")
            : null;
    }

    /// <summary>Whether none of a run's workers has begun for longer than that is waited for.</summary>
    public bool HasWaitedTooLong(WorkerRoster roster)
    {
        _hasWorked |= roster.Workers.Any(worker => worker.Phase is not (TaskPhase.Waiting or TaskPhase.Held or TaskPhase.Stuck) && worker.End is not (TaskEnd.Cancelled or TaskEnd.NotLaunched));
        return !_hasWorked && Limit > TimeSpan.Zero && time.GetElapsedTime(_begun) > Limit && roster.Live.Any();
    }

    /// <summary>What is told of a run whose workers <see cref="HasWaitedTooLong"/>.</summary>
    public ClustrixException TooLong(WorkerRoster roster) => new(
        ErrorCode.QueueTimeout,
        $"{scheduler.Name} hasn't started any worker of run {work.Run} for {Duration.Format(Limit)}: {MostCommon(roster.Live)}. The run is cancelled and its jobs are out of the queue. Ask for less, choose another Partition, or raise QueueTimeout.");

    /// <summary>Who ended the workers of a run behind this client's back; null when nobody did.</summary>
    public ClustrixException? DeedIn(WorkerRoster roster) => !roster.Live.Any() && roster.Workers.FirstOrDefault(worker => worker.End == TaskEnd.Cancelled) is { } cancelled
        ? new ClustrixException(
            ErrorCode.WorkerLost,
            $"The workers of run {work.Run} are gone: {scheduler.Name} was told to cancel job {cancelled.Job} ({cancelled.StateAndReason}). What has passed is kept; the same build again, or 'clustrix attach {work.Run}', goes on with the rest.")
        : null;

    /// <summary>The state and the reason that most of the workers have: a scheduler doesn't tell all of them anew each time.</summary>
    public static string MostCommon(IEnumerable<WorkerTask> workers) =>
        workers.GroupBy(worker => worker.StateAndReason).OrderByDescending(group => group.First().Reason.Length > 0).ThenByDescending(group => group.Count()).First().Key;

    private TimeSpan Limit => scheduler.Options.QueueTimeout ?? ResolvedSettings.Defaults.Duration(SettingsSchema.QueueTimeout);

    private bool DoesNotSeeStore(WorkerTask worker) =>
        worker.HasMissedStore
        || (worker.Phase == TaskPhase.Stuck && worker.Reason.Contains($"{root}/", StringComparison.Ordinal));
}
