using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;

namespace Clustrix.Runs;

/// <summary>A run that another client, or an earlier one, has started.</summary>
internal sealed class KnownRun(NodeSession session, ILog log, TimeProvider time, RunDescription description)
{
    /// <summary>Follows the run to its end.</summary>
    /// <param name="attach">Whether the run becomes this client's: its workers are started again when they are gone, and the token cancels it.</param>
    /// <param name="progress">Hears of every change.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<RunResult> FollowAsync(bool attach, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var watch = Watch();
        await watch.ReadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await watch.UntilEndAsync(attach ? description.Plan : null, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (attach && cancellationToken.IsCancellationRequested)
        {
            await RunCancellation.OverOwnSessionAsync(session, log, time, description.Run).ConfigureAwait(false);
            throw;
        }

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
        ItemResult[] results = [.. description.Items.Select((item, number) => watch.ResultOf(number, item))];
        var own = results.Where(result => result is { Record: not null, Cached: false }).Select(result => result.Record!).ToList();
        var started = own.Count == 0 ? time.GetUtcNow() : own.Min(record => record.Started);
        var elapsed = own.Count == 0 ? TimeSpan.Zero : own.Max(record => record.Started + record.Duration) - started;
        return new RunResult(description.Run, results, own.Count == 0 ? 0 : description.Workers, Joined: true, watch.Cancelled, started, elapsed);
    }
}
