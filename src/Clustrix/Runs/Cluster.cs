using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Snapshots;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>A named target: takes payloads, runs workloads, brings results back. There is one session with each of its hosts.</summary>
public sealed class Cluster : IAsyncDisposable
{
    private readonly ClusterHosts _hosts;
    private readonly ILog _log;
    private readonly TimeProvider _time;

    private Cluster(ClusterHosts hosts, ILog log, TimeProvider time)
    {
        _hosts = hosts;
        _log = log;
        _time = time;
    }

    /// <summary>The store's root on the first host, absolute.</summary>
    public string StoreRoot => _hosts.First.Session.Root;

    /// <summary>What the first host says of itself.</summary>
    public NodeFacts Facts => _hosts.First.Session.Facts;

    /// <summary>Connects to all hosts at once.</summary>
    /// <param name="hosts">The cluster's hosts; at least one.</param>
    /// <param name="options">How they make one cluster.</param>
    /// <param name="log">Gets what is worth telling.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClustrixException">The host or its store can't be used; of several hosts, too few can.</exception>
    public static async Task<Cluster> ConnectAsync(
        IReadOnlyList<IHost> hosts, ClusterOptions options, ILog log, TimeProvider time, CancellationToken cancellationToken)
    {
        options.Check(hosts[0]);
        return new(await ClusterHosts.ConnectAsync(hosts, options, log, cancellationToken).ConfigureAwait(false), log, time);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    /// <summary>Brings a payload to every host at once; see <see cref="Store.PushAsync"/>. Hosts that share a store get it once.</summary>
    public async Task<PushResult> PushAsync(Payload payload, Verification verification, CancellationToken cancellationToken)
    {
        var stores = _hosts.Stores;
        if (!_hosts.CopiesBetweenHosts || stores.Count == 1)
        {
            var pushes = await _hosts.EachAsync(stores, host => PushAsync(host, null, payload, verification, cancellationToken)).ConfigureAwait(false);
            return PushResult.Together([.. pushes.Select(pair => pair.Result)]);
        }

        var first = await _hosts.EachAsync([stores[0]], host => PushAsync(host, null, payload, verification, cancellationToken)).ConfigureAwait(false);
        var source = first.Count > 0 ? stores[0] : null;
        var others = await _hosts.EachAsync([.. stores.Skip(1)], host => PushAsync(host, source, payload, verification, cancellationToken)).ConfigureAwait(false);
        return PushResult.Together([.. first.Concat(others).Select(pair => pair.Result)]);
    }

    /// <summary>Runs a workload, or joins its run when it is running already, and waits until every item has a result.</summary>
    /// <param name="workload">What to run.</param>
    /// <param name="push">The push of its payload to this cluster.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears of every change; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the run: every process of every item is ended before the exception comes.</param>
    /// <exception cref="ClustrixException">An item breaks a rule (<see cref="ItemRules"/>); the run can't be submitted or the connection is lost; a run that was submitted goes on.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled by the token.</exception>
    public async Task<RunResult> RunAsync(
        Workload workload, PushResult push, RunOptions options, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        Refuse(ItemRules.Check(workload));
        return await new Run(_hosts, _log, _time, workload, options).ExecuteAsync(push, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds out what a run of a workload would do. Nothing is sent, and no scheduler gets anything.</summary>
    /// <exception cref="ClustrixException">The run couldn't begin: an item asks for too much, or the scheduler can't be asked or has no such partition.</exception>
    public async Task<RunPlan> PlanAsync(Workload workload, RunOptions options, CancellationToken cancellationToken)
    {
        Refuse([.. ItemRules.Check(workload), .. ItemRules.Check(workload.Items, workload.Payload)]);
        return await new Run(_hosts, _log, _time, workload, options)
            .PlanAsync(await PlanPushAsync(workload.Payload, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings the logs and outputs of results to this machine, each file checked against the digest in its record.</summary>
    /// <param name="run">The run.</param>
    /// <param name="directory">Where the run's artifacts lie; made when it isn't there.</param>
    /// <param name="cancellationToken">Stops; a file is either whole or not there.</param>
    public Task<IReadOnlyList<CollectedItem>> CollectAsync(RunResult run, string directory, CancellationToken cancellationToken) =>
        new Collection(_hosts, _log, run.Run, directory).CollectAsync(run.Results, cancellationToken);

    /// <summary>The whole way: push, run, collect, report.</summary>
    /// <param name="workload">What to run.</param>
    /// <param name="snapshot">The snapshot that the workload's environment hash was made of; goes to <c>environment.json</c>.</param>
    /// <param name="verification">How closely the push looks at what is there.</param>
    /// <param name="options">How to run.</param>
    /// <param name="artifacts">The directory under which the run gets a directory of its own, absolute.</param>
    /// <param name="progress">Hears of every change; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <exception cref="ClustrixException">As for the single steps. That an item didn't pass is no exception: it is in the report.</exception>
    public async Task<RunReport> ExecuteAsync(
        Workload workload,
        Snapshot snapshot,
        Verification verification,
        RunOptions options,
        string artifacts,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        Refuse([.. ItemRules.Check(workload), .. ItemRules.Check(workload.Items, workload.Payload)]);
        RunArtifacts.Prepare(artifacts);
        var push = await PushAsync(workload.Payload, verification, cancellationToken).ConfigureAwait(false);
        var run = await RunAsync(workload, push, options, progress, cancellationToken).ConfigureAwait(false);
        var directory = Path.Combine(artifacts, run.Run);
        var items = await CollectAsync(run, directory, cancellationToken).ConfigureAwait(false);
        await snapshot.WriteAsync(Path.Combine(directory, "environment.json"), cancellationToken).ConfigureAwait(false);
        await PayloadListing.Of(workload.Payload).WriteAsync(Path.Combine(directory, PayloadListing.FileName), cancellationToken).ConfigureAwait(false);
        var report = new RunReport(run, push, items, directory);
        await RunArtifacts.WriteAsync(report, workload.EnvironmentHash, cancellationToken).ConfigureAwait(false);
        await new StoreUpkeep(_hosts, _log).TidyAsync(report, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>The runs that the cluster knows. Where nobody works on one, its scheduler is asked whether workers are in the queue, also of one that is over.</summary>
    public async Task<IReadOnlyList<RunStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        var runs = await KnownRunsAsync(cancellationToken).ConfigureAwait(false);
        if (!runs.Any(run => run.Left is null || run is { State: RunState.Stopped, Cancelled: false }))
        {
            return runs;
        }

        var queued = await _hosts.QueuedAsync(cancellationToken).ConfigureAwait(false);
        return [.. runs.Select(run => run with
        {
            State = run is { State: RunState.Stopped, Cancelled: false } ? queued.StateOf(run.Run) : run.State,
            Left = run.Left is null ? queued.LeftOf(run.Run) : run.Left,
        })];
    }

    /// <summary>The same run with what its scheduler knows of it, where nobody works on it: whether workers are in the queue.</summary>
    public async Task<RunDescription> LookIntoQueueAsync(RunDescription run, CancellationToken cancellationToken)
    {
        if (run is { Left: not null, Cancelled: true } or { Left: not null, State: not RunState.Stopped })
        {
            return run;
        }

        var queued = await _hosts.QueuedAsync(cancellationToken).ConfigureAwait(false);
        return run with
        {
            State = run is { State: RunState.Stopped, Cancelled: false } ? queued.StateOf(run.Run) : run.State,
            Left = run.Left is null ? queued.LeftOf(run.Run) : run.Left,
        };
    }

    private async Task<IReadOnlyList<RunStatus>> KnownRunsAsync(CancellationToken cancellationToken)
    {
        var stores = await _hosts.EachAsync(_hosts.Stores, host => host.Session.AskListAsync("status", null, RunStatus.Parse, cancellationToken)).ConfigureAwait(false);
        return
        [
            .. stores.SelectMany(pair => pair.Result).GroupBy(run => run.Run).Select(RunStatus.Together)
                .Select(run => run.Done < run.Items ? run with { NotAsked = _hosts.NotAsked } : run)
                .OrderBy(run => run.Run, StringComparer.Ordinal),
        ];
    }

    /// <summary>Finds a run that the cluster knows, whoever started it.</summary>
    /// <param name="run">The run's id, or a beginning of it that no other id has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClustrixException">
    /// No id starts so, or several do (<see cref="ErrorCode.UnknownRun"/>); the run was started by a newer version (<see cref="ErrorCode.RunTooNew"/>).
    /// </exception>
    public async Task<RunDescription> FindRunAsync(string run, CancellationToken cancellationToken)
    {
        var runs = await KnownRunsAsync(cancellationToken).ConfigureAwait(false);
        return await RunDescription.AskAsync(_hosts, RunChoice.Of(run, Name, runs), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with a run until every item has a result. Workers that are gone are started again.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Hears of every change; null for nobody.</param>
    /// <param name="cancellationToken">Stops waiting; the run goes on.</param>
    public Task<RunResult> AttachAsync(RunDescription run, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        new KnownRun(_hosts, _log, _time, run).FollowAsync(restart: true, progress, cancellationToken);

    /// <summary>Watches a run until it has ended or stopped, and changes nothing.</summary>
    /// <param name="run">The run.</param>
    /// <param name="progress">Hears of every change; null for nobody.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    public Task<RunResult> WatchAsync(RunDescription run, IProgress<RunProgress>? progress, CancellationToken cancellationToken) =>
        new KnownRun(_hosts, _log, _time, run).FollowAsync(restart: false, progress, cancellationToken);

    /// <summary>
    /// The results that a run has so far. An item that has none is <see cref="Outcome.Unfinished"/> while workers are at the run or wait in a
    /// queue, otherwise <see cref="Outcome.Lost"/>, or <see cref="Outcome.Cancelled"/> when the run is.
    /// </summary>
    public async Task<RunResult> ResultsAsync(RunDescription run, CancellationToken cancellationToken) =>
        await new KnownRun(_hosts, _log, _time, await LookIntoQueueAsync(run, cancellationToken).ConfigureAwait(false)).ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Brings what a run has so far to this machine: logs, outputs, records and a summary.</summary>
    /// <param name="run">The run.</param>
    /// <param name="artifacts">The directory under which the run gets a directory of its own, absolute.</param>
    /// <param name="cancellationToken">Stops; a file is either whole or not there.</param>
    public async Task<RunReport> CollectAsync(RunDescription run, string artifacts, CancellationToken cancellationToken)
    {
        var result = await ResultsAsync(run, cancellationToken).ConfigureAwait(false);
        if (_hosts.NotAsked.Count > 0 && result.Results.Count(item => item.Record is null) is > 0 and var unknown)
        {
            // What isn't known mustn't be told as lost, nor take the place of what an earlier account says.
            var (host, reason) = _hosts.LeftOut.First();
            throw new ClustrixException(
                reason.Code, $"{Count.Of(unknown, "item")} of run {run.Run} may have results on {string.Join(", ", _hosts.NotAsked)}, which can't be used now; nothing was collected. {reason.Problems[0].Message} Collect again when {host} is back.", reason);
        }

        var directory = Path.Combine(artifacts, result.Run);
        var report = new RunReport(result, PushResult.None, await CollectAsync(result, directory, cancellationToken).ConfigureAwait(false), directory);
        await RunArtifacts.WriteAsync(report, run.EnvironmentHash, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Opens the log of an item, which may still be running.</summary>
    /// <param name="run">The run.</param>
    /// <param name="item">The item's number; see <see cref="RunDescription.NumberOf"/>.</param>
    public ItemLog OpenLog(RunDescription run, int item) => new([.. PlacesOf(run).Select(host => host.Session)], run.Run, item);

    /// <summary>Brings the payload of a run to this machine: each file is checked against its digest, and then the whole tree against the run's.</summary>
    /// <param name="run">The run.</param>
    /// <param name="directory">Where it goes, absolute; must not hold any of it.</param>
    /// <param name="cancellationToken">Stops; what is there by then is no whole payload.</param>
    /// <exception cref="ClustrixException">What arrived isn't the payload (<see cref="ErrorCode.TransferCorrupt"/>), or it is gone from the store.</exception>
    public async Task FetchPayloadAsync(RunDescription run, string directory, CancellationToken cancellationToken)
    {
        var host = PlacesOf(run)[0];
        await new WorkspaceCopy(host.Session, directory).CopyAsync(run.Workspaces[host.Name], cancellationToken).ConfigureAwait(false);
        var copy = await new PayloadBuilder(cache: null, _time).BuildAsync([new PayloadSource("copy", directory, "")], cancellationToken).ConfigureAwait(false);
        if (copy.Tree != run.Tree)
        {
            throw new ClustrixException(
                ErrorCode.TransferCorrupt,
                $"{host.Name}: the files of run {run.Run} in the store aren't those that it was started with: some are gone, new or under other names. Something has written to the store; run the workload again.");
        }
    }

    /// <summary>Finds out what a push to the first host would send; see <see cref="Store.PlanAsync"/>.</summary>
    public Task<PushPlan> PlanPushAsync(Payload payload, CancellationToken cancellationToken) =>
        new Store(_hosts.First.Session, _log).PlanAsync(payload, cancellationToken);

    /// <summary>
    /// Cancels a run: every process of every item is ended, and no job of it is left in a scheduler's queue. Of a run that is over, only the jobs
    /// that the scheduler has all the same are ended.
    /// </summary>
    /// <returns>What that has changed.</returns>
    /// <exception cref="ClustrixException">
    /// There is no such run (<see cref="ErrorCode.UnknownRun"/>); the scheduler can't be told (<see cref="ErrorCode.SchedulerUnavailable"/>). A host can't be
    /// told, with the code that says why: the run is cancelled on the others all the same.
    /// </exception>
    public async Task<Cancellation> CancelAsync(string run, CancellationToken cancellationToken)
    {
        var id = RunId.Checked(run);

        // What goes on of a run that is over isn't cancelled by being ended: all of its results are there.
        await new UntoldHosts(_hosts, _log).TellAsync(cancellationToken).ConfigureAwait(false);
        var told = await _hosts.EachAsync(_hosts.Usable.ToList(), host => CancelAsync(host, id, cancellationToken)).ConfigureAwait(false);
        var known = told.Select(pair => pair.Result.Cancellation).OfType<Cancellation>().ToList();
        if (known.Count == 0)
        {
            throw told[0].Result.Unknown!;
        }

        var cancellation = Cancellation.Together(known);
        return _hosts.NotAsked.Count == 0 ? cancellation : throw NotTold(cancellation);
    }

    /// <summary>Removes what nobody uses from every store; see <see cref="Store.CleanAsync"/>.</summary>
    public async Task<IReadOnlyList<CleanedStore>> CleanAsync(Retention retention, bool dryRun, CancellationToken cancellationToken)
    {
        if (!dryRun)
        {
            await _hosts.ClearQueueAsync(cancellationToken).ConfigureAwait(false);
            await new UntoldHosts(_hosts, _log).TellAsync(cancellationToken).ConfigureAwait(false);
        }

        var cleaned = await _hosts.EachAsync(_hosts.Stores, host => new Store(host.Session, _log).CleanAsync(retention, dryRun, cancellationToken)).ConfigureAwait(false);
        return [.. cleaned.Select(pair => new CleanedStore(pair.Host.Name, pair.Host.Session.Root, pair.Result))];
    }

    private static void Refuse(IReadOnlyList<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw new ClustrixException(problems);
        }
    }

    private string Name => string.Join(", ", _hosts.Usable.Select(host => host.Name));

    private List<ClusterHost> PlacesOf(RunDescription run) => [.. _hosts.Usable.Where(host => run.Workspaces.ContainsKey(host.Name))];

    // What another host has is fetched there. A connection that breaks in the middle is made again; what has arrived by then isn't sent twice.
    private async Task<PushResult> PushAsync(ClusterHost host, ClusterHost? source, Payload payload, Verification verification, CancellationToken cancellationToken)
    {
        var isCleaned = false;
        var reconnection = new Reconnection(_hosts.HostLossTimeout, _log);
        while (true)
        {
            try
            {
                if (source is not null)
                {
                    await new BlobCopy(source.Session, host.Session, _log).CopyAsync(payload, cancellationToken).ConfigureAwait(false);
                }

                return await new Store(host.Session, _log) { Pushed = _hosts.Pushed }.PushAsync(payload, verification, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.StoreFull && !isCleaned)
            {
                isCleaned = true;
                if (!await new StoreUpkeep(_hosts, _log).MakeRoomAsync(host, payload, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.ConnectionLost)
            {
                host.IsLost = true;
                await reconnection.ConnectAsync([host], e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Whether the run was ever there only the host itself knows.
    private ClustrixException NotTold(Cancellation cancellation)
    {
        var hosts = string.Join(", ", _hosts.NotAsked);
        var reason = _hosts.LeftOut[_hosts.NotAsked[0]];
        return new ClustrixException(
            reason.Code,
            $"On {Name}, run {cancellation.Run} {Account.What(cancellation)} On {hosts}, which can't be used now, items of it may still run: 'clustrix cancel {cancellation.Run}' ends them when {hosts} {(_hosts.NotAsked.Count == 1 ? "is" : "are")} back, and so does the next run or clean-up. {reason.Problems[0].Message}",
            reason);
    }

    // A host may not know a run of the cluster.
    private async Task<(Cancellation? Cancellation, ClustrixException? Unknown)> CancelAsync(ClusterHost host, string run, CancellationToken cancellationToken)
    {
        try
        {
            return (await new RunCancellation(_hosts, run, _log).OnAsync(host.Session, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.UnknownRun)
        {
            return (null, e);
        }
    }
}
