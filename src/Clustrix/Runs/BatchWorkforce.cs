using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Schedulers;

namespace Clustrix.Runs;

/// <summary>
/// Workers that a batch scheduler gives. It is asked, and told, over a session of its own, one thing after the other: a scheduler that takes
/// its time keeps nobody from reading results.
/// </summary>
/// <param name="host">Where the scheduler's commands are.</param>
/// <param name="work">The run's work.</param>
/// <param name="scheduler">The scheduler.</param>
/// <param name="workers">How many workers a class may have at once; 0 for as many as the nodes have room for.</param>
/// <param name="client">What other clients are told of this one.</param>
/// <param name="log">Hears what becomes of workers.</param>
/// <param name="time">The clock.</param>
internal sealed class BatchWorkforce(ClusterHost host, RunWork work, BatchScheduler scheduler, int workers, string client, ILog log, TimeProvider time) : IWorkforce
{
    private readonly CancellationTokenSource _over = new();
    private readonly RollCallPace _pace = new(time);
    private readonly RollCall _rollCall = new(work.Run, scheduler, time);
    private readonly WorkerLosses _losses = new(work, scheduler.Name, log);
    private readonly WorkerSupply _supply = new(work, scheduler, workers, host.Name, log, time);
    private readonly WorkerChecks _checks = new(work, scheduler, host.Name, host.Session.Root, time);
    private readonly LeftJobs _left = new(scheduler, log, time);
    private readonly WaitingWorkers _waiting = new(work.Run, scheduler.Name, log);
    private NodeSession? _session;
    private Task? _underWay;
    private bool _isSubmitting;
    private WorkerRoster _roster = WorkerRoster.None;
    private WorkerRoster? _answer;
    private IReadOnlyList<(WorkerTask Worker, string Start, bool HadItem)> _lost = [];
    private bool _isKnown;
    private bool _isNews;
    private bool _isDismissed;
    private bool _hasCleared;

    // Whether this client is ending the run: why it does comes when its jobs are out of the queue, later than the store tells that it's cancelled.
    private volatile bool _isEnding;

    // Whether jobs may come back to the queue that nobody would hear of: of a scheduler that was away, has forgotten some, or can't start them.
    private bool _isOdd;
    private bool _isToldAbsent;

    /// <inheritdoc/>
    public string Members => "*";

    // Of its own workers it knows better: why they wait, how they ended, and how often in vain.
    /// <inheritdoc/>
    public TimeSpan LongestStart => TimeSpan.MaxValue;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _pace.Hurry();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task HearAsync()
    {
        if (_underWay is not { IsCompleted: true } done)
        {
            return;
        }

        _underWay = null;
        var isNews = !_isSubmitting;
        _isSubmitting = false;
        _isEnding = false;
        try
        {
            await done.ConfigureAwait(false);
        }
        catch (ClustrixException e)
        {
            // It may have ended in the middle of an answer.
            await CloseAsync(isCutOff: true).ConfigureAwait(false);
            if (!_isKnown || e.Code == ErrorCode.StoreFull || !ClusterHosts.IsOfHost(e.Code))
            {
                throw;
            }

            // Whether the host is lost is for those to say who read results there.
            log.Detail($"{host.Name}: {e.Message}");
            _roster = _roster with { Absence = e };
            _isOdd = true;
            _pace.Keep();
            return;
        }

        if (_answer is { } answer)
        {
            Take(answer, isNews);
        }
    }

    /// <inheritdoc/>
    public RunState StateOf(RunState told) =>
        _isEnding ? RunState.Running
        : told == RunState.Ended ? told
        : !_isKnown || _isSubmitting || _roster.Absence is not null || _roster.Live.Any() ? RunState.Running
        : RunState.Stopped;

    /// <inheritdoc/>
    public void Proceed(bool isFollowed)
    {
        _losses.TellOfRestarts();
        if (_underWay is not null)
        {
            return;
        }

        if (_isNews && isFollowed && _roster.Absence is null)
        {
            _underWay = Consequence();
        }

        _isNews = false;
        if (_underWay is null && _pace.IsDue)
        {
            _underWay = AskAsync(isFollowed);
        }
    }

    /// <inheritdoc/>
    public async Task DismissAsync(CancellationToken cancellationToken)
    {
        _isDismissed = true;
        try
        {
            if (_isOdd)
            {
                await _left.TakeOutAsync(host.Session, work.Run, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                // They would find the run over and end; until then they wait for room that others have a use for.
                await scheduler.CancelWaitingAsync(host.Session, [.. _roster.Live.Where(worker => worker.Phase == TaskPhase.Waiting)], cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} {_left.LeftBehind(work.Run)}", Severity: Severity.Warning));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What came with the run's end.
        _losses.TellOfRestarts();

        // A submission isn't cut off while somebody may want to cancel the run: the job's id has to be noted for that.
        if (!_isSubmitting || _isDismissed)
        {
            await _over.CancelAsync().ConfigureAwait(false);
        }

        var underWay = _underWay ?? Task.CompletedTask;
        await underWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync(isCutOff: !underWay.IsCompletedSuccessfully).ConfigureAwait(false);
        _over.Dispose();
    }

    // What the last answer makes necessary; null when nothing.
    private Task? Consequence()
    {
        if (_checks.HopelessnessOf(_roster) is { } hopeless)
        {
            return GiveUpAsync(_ => Task.FromResult<ClustrixException?>(hopeless));
        }

        if (_checks.HasWaitedTooLong(_roster))
        {
            return GiveUpAsync(WhyItStillWaitsAsync);
        }

        if (_supply.HasSubmitted && _checks.DeedIn(_roster) is { } deed)
        {
            return Task.FromException(deed);
        }

        var wanting = _supply.WantingOf(_roster);
        if (wanting.Count == 0)
        {
            return null;
        }

        if (_supply.FaultOf(_roster, host.Session.Root) is { } fault)
        {
            return Task.FromException(fault);
        }

        _isSubmitting = true;
        return SubmitAsync(wanting);
    }

    private async Task AskAsync(bool isFollowed)
    {
        var session = await SessionAsync().ConfigureAwait(false);
        var roster = await _rollCall.CallAsync(session, _roster, _pace.Age, _over.Token).ConfigureAwait(false);
        if (isFollowed && roster.Absence is null)
        {
            roster = await OrAbsentAsync(roster, async () =>
            {
                await scheduler.SurveyAsync(session, _over.Token).ConfigureAwait(false);
                return roster;
            }).ConfigureAwait(false);
        }

        _lost = await _losses.ReclaimAsync(session, roster, _over.Token).ConfigureAwait(false);
        if (isFollowed && !_hasCleared && _rollCall.Queue is { } queue)
        {
            roster = await OrAbsentAsync(roster, async () =>
            {
                await _left.ClearAsync(session, new QueuedRuns(queue), _over.Token).ConfigureAwait(false);
                _hasCleared = true;
                return roster;
            }).ConfigureAwait(false);
        }

        _answer = roster;
    }

    private async Task SubmitAsync(IReadOnlyList<(ResourceClass Class, int Workers)> wanting)
    {
        var session = await SessionAsync().ConfigureAwait(false);
        var isFirst = !_supply.HasSubmitted && _roster.Jobs.Count == 0;
        try
        {
            _answer = await OrAbsentAsync(_roster, () => _supply.SubmitAsync(session, _roster, wanting, _over.Token)).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerRefused && isFirst)
        {
            // Whoever asks for the same workload in another way is to begin anew.
            await EndAsync(session, e).ConfigureAwait(false);
            throw new ClustrixException(e.Code, $"{e.Problems[0].Message} Run {work.Run} is over, and no job of it is in the queue.", e);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerRefused)
        {
            throw new ClustrixException(e.Code, $"{e.Problems[0].Message} Workers of run {work.Run} that there are go on; the same build again, or 'clustrix attach {work.Run}', joins them.", e);
        }
    }

    // Workers go on without their scheduler, and the store tells what they do. Where there are none yet, nothing goes on.
    private async Task<WorkerRoster> OrAbsentAsync(WorkerRoster roster, Func<Task<WorkerRoster>> talk)
    {
        try
        {
            return await talk().ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            return roster.Jobs.Count > 0 || _supply.HasSubmitted
                ? roster with { Absence = e }
                : throw new ClustrixException(
                    e.Code, $"{e.Problems[0].Message} No worker of run {work.Run} is known to be submitted. The run is kept: the same build again, or 'clustrix attach {work.Run}', looks for one, and begins the run when {scheduler.Name} answers.", e);
        }
    }

    // Nothing of a run that is given up may start later.
    private async Task GiveUpAsync(Func<NodeSession, Task<ClustrixException?>> why)
    {
        var session = await SessionAsync().ConfigureAwait(false);
        if (await why(session).ConfigureAwait(false) is { } fault)
        {
            await EndAsync(session, fault).ConfigureAwait(false);
            throw fault;
        }
    }

    private async Task EndAsync(NodeSession session, ClustrixException fault)
    {
        _isEnding = true;
        await session.AskAsync($"cancel {work.Run} by {client} ({fault.Code.ToText()})", null, _over.Token).ConfigureAwait(false);
        await _left.TakeOutAsync(session, work.Run, _over.Token).ConfigureAwait(false);
    }

    // What was told before may be of another time: it may have begun since, and it may wait for something else now.
    private async Task<ClustrixException?> WhyItStillWaitsAsync(NodeSession session)
    {
        var roster = await _rollCall.CallAsync(session, _roster, TimeSpan.Zero, _over.Token).ConfigureAwait(false);
        _answer = roster;
        return roster.Absence is null && _checks.HasWaitedTooLong(roster) ? _checks.TooLong(roster) : null;
    }

    private void Take(WorkerRoster answer, bool isNews)
    {
        _answer = null;
        TellAbsence(answer);
        _losses.Tell(_lost);
        _lost = [];
        _waiting.Tell(answer);
        _pace.Take(isSame: isNews && answer.TellsTheSameAs(_roster));
        _roster = answer;
        _isOdd |= answer.Absence is not null || answer.Workers.Any(worker => worker.Phase is TaskPhase.Held or TaskPhase.Stuck or TaskPhase.Unknown or TaskPhase.Ended && worker.End == TaskEnd.Unknown);
        _isKnown = true;
        _isNews = isNews;
    }

    private void TellAbsence(WorkerRoster answer)
    {
        if (answer.Absence is { } absence && !_isToldAbsent)
        {
            _isToldAbsent = true;
            log.Warn(new Problem(absence.Code, $"{absence.Problems[0].Message} What runs goes on; asking again.", Severity: Severity.Warning));
        }
        else if (answer.Absence is null && _isToldAbsent)
        {
            _isToldAbsent = false;
            log.Say($"{scheduler.Name} answers again.");
        }
    }

    private async Task<NodeSession> SessionAsync() => _session ??= await host.OpenAnotherAsync(_over.Token).ConfigureAwait(false);

    private async Task CloseAsync(bool isCutOff)
    {
        if (_session is { } session)
        {
            _session = null;
            if (isCutOff)
            {
                session.Abandon();
            }

            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
