using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>Brings back what workers had in hand when they ended, each start of a worker once, and tells of it.</summary>
/// <param name="work">The run's work.</param>
/// <param name="scheduler">What messages call the scheduler.</param>
/// <param name="log">Hears of it.</param>
internal sealed class WorkerLosses(RunWork work, string scheduler, ILog log)
{
    private const int MostTold = 10;

    private readonly HashSet<string> _seenOff = [];
    private readonly HashSet<string> _told = [];
    private int _heard;

    /// <summary>Has what was in hand go back to the queue.</summary>
    /// <returns>The workers of whom a start is over, its name, and whether it had an item.</returns>
    public async Task<IReadOnlyList<(WorkerTask Worker, string Start, bool HadItem)>> ReclaimAsync(NodeSession session, WorkerRoster roster, CancellationToken cancellationToken)
    {
        var gone = new Dictionary<string, WorkerTask>(StringComparer.Ordinal);
        foreach (var worker in roster.Workers)
        {
            // Who was taken for gone, and isn't, may yet be lost.
            if (worker.StartThatGoesOn is { } goesOn)
            {
                _seenOff.Remove(goesOn);
            }

            foreach (var start in worker.StartsThatAreOver.Where(start => !_seenOff.Contains(start)))
            {
                gone[start] = worker;
            }
        }

        if (gone.Count == 0)
        {
            return [];
        }

        var back = await session.AskListAsync(
            $"reclaim {work.Run}",
            gone.Select(pair => $"{pair.Key} {WordFor(pair.Value)}{(IsOwnDoing(pair.Value) ? " counted" : "")}"),
            line => line.Split(' ') is [var member, _, _] ? member : throw new FormatException(),
            cancellationToken).ConfigureAwait(false);
        _seenOff.UnionWith(gone.Keys);
        return [.. gone.Select(pair => (pair.Value, pair.Key, pair.Key.EndsWith('*') ? back.Any(member => member.StartsWith(pair.Key[..^1], StringComparison.Ordinal)) : back.Contains(pair.Key)))];
    }

    /// <summary>Tells of workers that are gone.</summary>
    public void Tell(IEnumerable<(WorkerTask Worker, string Start, bool HadItem)> losses)
    {
        foreach (var (worker, _, hadItem) in losses.Where(loss => !work.Records.Cancelled && _told.Add(loss.Start) && !IsToldAsError(loss.Worker) && (loss.HadItem || loss.Worker.IsLive || loss.Worker.End is not (TaskEnd.Completed or TaskEnd.Unknown))))
        {
            var account = $"{scheduler}: {(worker.Index == WorkerTask.WholeArray ? $"a worker of job {worker.Job}" : $"worker {worker.Id}")}{(worker.Node.Length > 0 ? $" on {worker.Node}" : "")} {(worker.IsLive ? "was started again" : "is gone")}: {worker.Cause}{(hadItem ? "; its item is attempted again" : "")}.";
            if (_seenOff.Count > MostTold && !hadItem)
            {
                log.Detail(account);
            }
            else
            {
                log.Warn(new Problem(ErrorCode.WorkerLost, account, Severity: Severity.Warning));
            }
        }
    }

    /// <summary>Tells of items whose workers were started again: these are the first to know, and may be done before the scheduler is asked.</summary>
    public void TellOfRestarts()
    {
        for (; _heard < work.Records.Lost.Count; _heard++)
        {
            var lost = work.Records.Lost[_heard];
            if (lost.Cause == AttemptCause.Requeued && !work.Records.Cancelled && _told.Add(lost.Worker))
            {
                log.Warn(new Problem(
                    ErrorCode.WorkerLost,
                    $"{scheduler} has started the worker again that had item '{work.Items[lost.Item].Name}' on {lost.HostName}: its node failed or it made room for another job; its item is attempted again.",
                    Severity: Severity.Warning));
            }
        }
    }

    // A run that hasn't begun ends with it, in one error.
    private bool IsToldAsError(WorkerTask worker) => worker.HasMissedStore && !work.Records.Begun;

    // The record's cause of an attempt that ended with its worker.
    private static string WordFor(WorkerTask worker) => worker.End switch
    {
        TaskEnd.Unknown or TaskEnd.Completed or TaskEnd.Failed => worker.IsLive ? "Requeued" : "WorkerDied",
        var end => end.ToString(),
    };

    private static bool IsOwnDoing(WorkerTask worker) => worker.End is TaskEnd.Failed or TaskEnd.OutOfMemory;
}
