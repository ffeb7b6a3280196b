using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Submits arrays of workers, one for each class, and further ones as long as items are left that too few are at.</summary>
/// <param name="work">The run's work.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="workers">How many workers a class may have at once; 0 for as many as the nodes have room for.</param>
/// <param name="host">What messages call the host where jobs are submitted.</param>
/// <param name="log">Hears of jobs.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerSupply(RunWork work, BatchScheduler scheduler, int workers, string host, ILog log, TimeProvider time)
{
    private static readonly TimeSpan BetweenArrays = TimeSpan.FromSeconds(30);

    // Arrays that end without one more result: the next one would do so too.
    private const int MostBarren = 3;

    private long _submitted;
    private int _barren;
    private int _doneBefore;

    /// <summary>Whether this client has submitted any.</summary>
    public bool HasSubmitted { get; private set; }

    /// <summary>How many workers of each class are wanting.</summary>
    public IReadOnlyList<(ResourceClass Class, int Workers)> WantingOf(WorkerRoster roster) => roster.Live.Any() && time.GetElapsedTime(_submitted) < BetweenArrays
        ? []
        : [.. work.Unfinished.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(pair => (pair.Key, Math.Min(pair.Key.WorkersOn(scheduler.Site!, scheduler.Options.Partition, workers), pair.Value) - roster.LiveOf(pair.Key)))
            .Where(pair => pair.Item2 > 0)];

    /// <summary>What would become of still more workers, after those that there have been.</summary>
    /// <param name="roster">The workers.</param>
    /// <param name="root">The store's root.</param>
    /// <returns>Why no more are submitted; null when they are.</returns>
    public ClustrixException? FaultOf(WorkerRoster roster, string root)
    {
        var done = work.Records.Done;
        _barren = HasSubmitted && done == _doneBefore ? _barren + 1 : 0;
        _doneBefore = done;
        if (_barren < MostBarren)
        {
            return null;
        }

        var last = roster.Workers.LastOrDefault(worker => !worker.IsLive);
        return new ClustrixException(
            ErrorCode.WorkerLost,
            $"The workers of run {work.Run} end before any item does{(last is null ? "" : $": {last.Cause} (worker {last.Id}{(last.Node.Length > 0 ? $" on {last.Node}" : "")})")}. Look at their logs in '{root}/{roster.Directory}/jobs/' on {host}; the run goes on when it is started again.");
    }

    /// <summary>Submits an array of workers for each class.</summary>
    /// <returns>The workers with the new ones; without them where another client is just at it: what it submits is seen later.</returns>
    /// <exception cref="ClustrixException">The scheduler can't be asked (<see cref="ErrorCode.SchedulerUnavailable"/>), or refuses (<see cref="ErrorCode.SchedulerRefused"/>).</exception>
    public async Task<WorkerRoster> SubmitAsync(NodeSession session, WorkerRoster roster, IReadOnlyList<(ResourceClass Class, int Workers)> wanting, CancellationToken cancellationToken)
    {
        foreach (var (wanted, count) in wanting)
        {
            var array = scheduler.ArrayOf(session, work.Run, roster.Directory, wanted, roster.NextNumber(wanted), count);
            var job = await scheduler.SubmitAsync(session, array, cancellationToken).ConfigureAwait(false);
            _submitted = time.GetTimestamp();
            if (job is not null)
            {
                HasSubmitted = true;
                log.Detail(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Name}: job {job} ({array.Name}), {count} workers."));
                roster = roster.With(array, job);
            }
        }

        return roster;
    }
}
