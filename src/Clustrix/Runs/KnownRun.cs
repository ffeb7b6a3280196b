using Clustrix.Node;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>A run that another client, or an earlier one, has started.</summary>
internal sealed class KnownRun(NodeSession session, TimeProvider time, RunDescription description)
{
    /// <summary>Follows the run to its end.</summary>
    /// <param name="restart">Whether its workers are started again when they are gone.</param>
    /// <param name="progress">Hears of every change.</param>
    /// <param name="cancellationToken">Stops following; the run goes on.</param>
    public async Task<RunResult> FollowAsync(bool restart, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var watch = Watch();
        await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        await watch.UntilEndAsync(restart ? description.Plan : null, progress, cancellationToken).ConfigureAwait(false);
        return ResultOf(watch);
    }

    /// <summary>The results so far. An item that has none yet is <see cref="Outcome.Lost"/>, or <see cref="Outcome.Cancelled"/> with its run.</summary>
    public async Task<RunResult> ReadAsync(CancellationToken cancellationToken)
    {
        var watch = Watch();
        await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        return ResultOf(watch);
    }

    private RunWatch Watch() =>
        new(session, time, description.Run, description.Items.Count, description.Workers, new Dictionary<int, AttemptRecord>()) { Cancelled = description.Cancelled };

    // The run's own times are those of its attempts: when it was submitted isn't told anywhere else.
    private RunResult ResultOf(RunWatch watch)
    {
        ItemResult[] results = [.. description.Items.Select((item, number) => watch.ResultOf(number, item.Name))];
        var own = results.Where(result => result is { Record: not null, Cached: false }).Select(result => result.Record!).ToList();
        var started = own.Count == 0 ? time.GetUtcNow() : own.Min(record => record.Started);
        var elapsed = own.Count == 0 ? TimeSpan.Zero : own.Max(record => record.Started + record.Duration) - started;
        return new RunResult(description.Run, results, own.Count == 0 ? 0 : description.Workers, Joined: true, watch.Cancelled, started, elapsed);
    }
}
