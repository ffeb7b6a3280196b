using Clustrix.Diagnostics;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>A run that another client, or an earlier one, has started.</summary>
internal sealed class KnownRun
{
    private readonly ClusterHosts _cluster;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly RunDescription _description;
    private readonly RunWork _work;
    private readonly IReadOnlyList<RunPart> _parts;

    public KnownRun(ClusterHosts cluster, ILog log, TimeProvider time, RunDescription description)
    {
        _cluster = cluster;
        _log = log;
        _time = time;
        _description = description;
        var records = new RunRecords(description.Run, description.Items.Count, new Dictionary<int, (string Host, AttemptRecord Record)>());
        if (description.Cancelled)
        {
            records.Cancel(description.CancelledBy);
        }

        _work = new RunWork(description.Run, description.Items, records);
        var scheduler = cluster.SchedulerOf(description.Batch);
        _parts =
        [
            .. cluster.Usable.Where(host => cluster.SharesStore || description.Workspaces.ContainsKey(host.Name))
                .Select(host => cluster.PartOn(host, _work, description.Slots, scheduler, time)),
        ];
    }

    /// <summary>Follows the run to its end.</summary>
    /// <param name="restart">Whether its workers are started again when they are gone.</param>
    /// <param name="progress">Hears of every change.</param>
    /// <param name="cancellationToken">Stops following; the run goes on.</param>
    public async Task<RunResult> FollowAsync(bool restart, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        await ReadRecordsAsync(cancellationToken).ConfigureAwait(false);
        var sharing = restart ? RunSharing.On(_cluster, _parts, _work, _ => null, _log, _time) : null;
        await new RunWatch(_parts, _work, sharing, _cluster.HostLossTimeout, _log, _time)
            .UntilEndAsync(restart, progress, cancellationToken).ConfigureAwait(false);
        return Result();
    }

    /// <summary>
    /// The results so far. An item that has none yet is <see cref="Outcome.Unfinished"/> while workers are at the run or wait in a queue, otherwise
    /// <see cref="Outcome.Lost"/>, or <see cref="Outcome.Cancelled"/> with its run.
    /// </summary>
    public async Task<RunResult> ReadAsync(CancellationToken cancellationToken)
    {
        await ReadRecordsAsync(cancellationToken).ConfigureAwait(false);
        var result = Result();
        return _description is { State: RunState.Running or RunState.Waiting or RunState.Unknown, Cancelled: false }
            ? result with { Results = [.. result.Results.Select(item => item.Record is null ? item with { Outcome = Outcome.Unfinished } : item)] }
            : result;
    }

    private async Task ReadRecordsAsync(CancellationToken cancellationToken)
    {
        foreach (var part in _cluster.SharesStore ? _parts.Take(1) : _parts)
        {
            var (results, others) = await part.ReadRecordsAsync(Enumerable.Range(0, _description.Items.Count), cancellationToken).ConfigureAwait(false);
            foreach (var (item, record) in results)
            {
                _work.Records.Take(item, record, part.Host.Name);
            }

            foreach (var record in others)
            {
                _work.Records.Note(record, part.Host.Name);
            }
        }
    }

    // The run's own times are those of its attempts: when it was submitted isn't told anywhere else.
    private RunResult Result()
    {
        ItemResult[] results = [.. _description.Items.Select((item, number) => _work.Records.ResultOf(number, item))];
        var own = results.Where(result => result is { Record: not null, Cached: false }).Select(result => result.Record!).ToList();
        var started = own.Count == 0 ? _time.GetUtcNow() : own.Min(record => record.Started);
        var elapsed = own.Count == 0 ? TimeSpan.Zero : own.Max(record => record.Started + record.Duration) - started;
        return new RunResult(_description.Run, results, own.Count == 0 ? 0 : _description.Workers, Joined: true, _work.Records.Cancelled, started, elapsed) { CancelledBy = _work.Records.CancelledBy };
    }
}
