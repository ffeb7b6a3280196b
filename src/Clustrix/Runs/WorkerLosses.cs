using Clustrix.Diagnostics;
using Clustrix.Node;
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

    /// <summary>Has what was in hand go back to the queue.</summary>
    /// <returns>The workers of whom a start is over, and whether it had an item.</returns>
    public async Task<IReadOnlyList<(WorkerTask Worker, bool HadItem)>> ReclaimAsync(NodeSession session, WorkerRoster roster, CancellationToken cancellationToken)
    {
        var gone = new Dictionary<string, WorkerTask>(StringComparer.Ordinal);
        foreach (var worker in roster.Workers)
        {
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
        return [.. gone.Select(pair => (pair.Value, pair.Key.EndsWith('*') ? back.Any(member => member.StartsWith(pair.Key[..^1], StringComparison.Ordinal)) : back.Contains(pair.Key)))];
    }

    /// <summary>Tells of workers that are gone.</summary>
    public void Tell(IEnumerable<(WorkerTask Worker, bool HadItem)> losses)
    {
        foreach (var (worker, hadItem) in losses.Where(loss => !work.Records.Cancelled && (loss.HadItem || loss.Worker.End is not (TaskEnd.Completed or TaskEnd.Unknown))))
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

    // The record's cause of an attempt that ended with its worker.
    private static string WordFor(WorkerTask worker) => worker.End switch
    {
        TaskEnd.Unknown or TaskEnd.Completed or TaskEnd.Failed => worker.IsLive ? "Requeued" : "WorkerDied",
        var end => end.ToString(),
    };

    private static bool IsOwnDoing(WorkerTask worker) => worker.End is TaskEnd.Failed or TaskEnd.OutOfMemory;
}
