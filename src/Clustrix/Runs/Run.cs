using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Schedulers;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>One execution of a workload, seen from a client: submit or join, then watch.</summary>
internal sealed class Run
{
    private readonly ClusterHosts _cluster;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly Workload _workload;
    private readonly RunOptions _options;
    private readonly string[] _keys;
    private readonly ResourceClass[] _classes;

    public Run(ClusterHosts cluster, ILog log, TimeProvider time, Workload workload, RunOptions options)
    {
        _cluster = cluster;
        _log = log;
        _time = time;
        _workload = workload;
        _options = options;
        _keys = [.. workload.Items.Select(item => PathOf(workload.KeyOf(item)))];
        _classes = ResourceClass.OfEach(workload.Items.ToList());
    }

    public async Task<RunResult> ExecuteAsync(PushResult push, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _time.GetUtcNow();
        var stopwatch = _time.GetTimestamp();
        var history = await DurationHistory.LoadAsync(_options.HistoryFile, cancellationToken).ConfigureAwait(false);
        var intent = _workload.IntentKey();

        // What a host still does of a run that is cancelled or over keeps its cores busy, and nobody should join it.
        await new UntoldHosts(_cluster, _log).TellAsync(cancellationToken).ConfigureAwait(false);
        var id = await JoinAsync(intent, cancellationToken).ConfigureAwait(false);
        var joined = id is not null;
        if (joined)
        {
            await CheckToJoinAsync(id!, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
        }

        var cached = joined || !_options.ReuseResults ? [] : await LookUpAsync(cancellationToken).ConfigureAwait(false);
        var queues = new Dictionary<string, IReadOnlyList<string>>();
        if (id is null)
        {
            // Also when everything is reused: a run's id means something to whoever asks for it later.
            id = RunId.New(_time);
            queues = Share(cached, history);
            var runtimes = cached.Count == _workload.Items.Count ? new Dictionary<string, string>() : await DeliverRuntimeAsync(cancellationToken).ConfigureAwait(false);
            var holder = await SubmitAsync(push, runtimes, cached, queues, history, id, intent, cancellationToken).ConfigureAwait(false);
            (id, joined, cached) = holder == id ? (id, false, cached) : (holder, true, []);
        }

        var records = new RunRecords(id, _workload.Items.Count, cached);
        var work = new RunWork(id, _workload.Items, records);
        var parts = await PartsAsync(work, joined, cancellationToken).ConfigureAwait(false);
        if (records.Missing > 0)
        {
            Say(work, joined, parts);
            await WatchAsync(work, parts, joined ? [] : queues, history, progress, cancellationToken).ConfigureAwait(false);
        }

        ItemResult[] results = [.. _workload.Items.Select((item, number) => records.ResultOf(number, item))];
        await history.LearnAsync(_workload.Items, results, DateOnly.FromDateTime(started.UtcDateTime), _log, cancellationToken).ConfigureAwait(false);
        return new RunResult(
            id, results, records.Begun ? parts.Sum(part => part.Plan.Most) : 0, joined, records.Cancelled, started, _time.GetElapsedTime(stopwatch))
        {
            SchedulerCalls = _cluster.Batch?.Calls ?? 0,
            CancelledBy = records.CancelledBy,
        };
    }

    /// <summary>What <see cref="ExecuteAsync"/> would do.</summary>
    /// <param name="push">What the push would send.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<RunPlan> PlanAsync(PushPlan push, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken).ConfigureAwait(false);
        var reused = _options.ReuseResults ? await LookUpAsync(cancellationToken).ConfigureAwait(false) : [];
        var classes = _classes.Where((_, item) => !reused.ContainsKey(item)).CountBy(c => c).Select(pair => pair.Key with { Items = pair.Value }).ToList();
        return new RunPlan(push, _workload.Items.Count - reused.Count, reused.Count, [.. _cluster.Usable.SelectMany(host => _cluster.PlannedOn(host, classes, _options.Workers))]);
    }

    // What nothing on the cluster could ever run.
    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            ResourceClass.Check(_workload.Items.ToList(), await _cluster.NodesAsync(cancellationToken).ConfigureAwait(false), _cluster.Batch?.Partition);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            throw new ClustrixException(e.Code, $"{e.Problems[0].Message} Nothing was submitted; start the same build again when it answers.", e);
        }

        _cluster.Batch?.Check(_classes.Distinct());
        WarnOfTimeLimit();
    }

    // An item that hasn't ended with its worker begins again with the next one.
    private void WarnOfTimeLimit()
    {
        if (_cluster.Batch?.Options.TimeLimit is not { } limit || limit == TimeSpan.Zero)
        {
            return;
        }

        var longer = _workload.Items.Where(item => item.Timeout > limit).ToList();
        if (longer.Count > 0)
        {
            _log.Warn(new Problem(
                ErrorCode.TimeLimitTooShort,
                $"TimeLimit is {Duration.Format(limit)}, and {Count.Of(longer.Count, "item")} may take longer: '{longer[0].Name}' has a Timeout of {Duration.Format(longer[0].Timeout)}. What needs more than a worker's time has timed out. Raise TimeLimit, or lower Timeout.",
                Severity: Severity.Warning)
            {
                Item = longer[0].Name,
            });
        }
    }

    // What is asked for now counts for further workers of a run that is there. Without its scheduler it goes on as it is.
    private async Task CheckToJoinAsync(string run, CancellationToken cancellationToken)
    {
        if (_cluster.Batch is not { } batch)
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await CheckAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            _log.Detail(e.Message);
        }

        if (await RunDescription.BatchAsync(_cluster.First.Session, run, cancellationToken).ConfigureAwait(false) is { } earlier && batch.Options.ChangesTo(earlier) is { Count: > 0 } changes)
        {
            _log.Say($"Run {run} was started with {string.Join(", ", changes)}: workers that it has keep that, and further ones are asked for as it is said now.");
        }
    }

    private void Say(RunWork work, bool joined, IReadOnlyList<RunPart> parts)
    {
        var records = work.Records;
        var workers = Count.Of(Math.Min(parts.Sum(part => part.Plan.Most), Math.Max(1, records.Missing)), "worker") + (parts.Count > 1 ? $" of {parts.Count} hosts" : "");
        _log.Say(joined
            ? $"Joining run {work.Run}, which was started before."
            : string.Create(CultureInfo.InvariantCulture, $"Run {work.Run}: {Count.Of(records.Missing, "item")} on {workers}{(records.Cached > 0 ? $", {records.Cached} reused" : "")}."));
    }

    // The queue of each store, by the name of its first host. What is new or failed the last time comes first, for it is waited for and
    // nobody knows how long it takes; then the longest, because what is long mustn't begin last.
    private Dictionary<string, IReadOnlyList<string>> Share(Dictionary<int, (string Host, AttemptRecord Record)> cached, DurationHistory history)
    {
        var stores = _cluster.Stores;
        var plans = stores.Select(host => ClusterHosts.PlanOn(host, _classes.Distinct(), _options.Workers, _cluster.Batch)).ToList();
        var items = Enumerable.Range(0, _workload.Items.Count)
            .Where(item => !cached.ContainsKey(item))
            .Select(item => (Item: item, Expected: history.Of(_workload.Items[item])))
            .OrderByDescending(pair => pair.Expected.IsUrgent)
            .ThenByDescending(pair => pair.Expected.Duration)
            .ToList();
        var hosts = _cluster.SharesStore
            ? new int[items.Count]
            : WorkShares.Assign([.. items.Select(pair => (_classes[pair.Item].Name, pair.Expected.Duration))], plans);
        return items.Select((pair, order) => (Entry: RunSharing.Entry(_classes[pair.Item], order, pair.Item, 1), Host: stores[hosts[order]].Name))
            .GroupBy(pair => pair.Host, pair => pair.Entry)
            .ToDictionary(group => group.Key, IReadOnlyList<string> (group) => [.. group], StringComparer.Ordinal);
    }

    private async Task<IReadOnlyDictionary<string, string>> DeliverRuntimeAsync(CancellationToken cancellationToken) => _options.Runtime is null
        ? new Dictionary<string, string>()
        : await _options.Runtime.DeliverAsync(_workload.Payload, _cluster, _log, cancellationToken).ConfigureAwait(false);

    // The first store that takes the run decides who is first; the others follow it.
    private async Task<string> SubmitAsync(
        PushResult push,
        IReadOnlyDictionary<string, string> runtimes,
        Dictionary<int, (string Host, AttemptRecord Record)> cached,
        Dictionary<string, IReadOnlyList<string>> queues,
        DurationHistory history,
        string id,
        string intent,
        CancellationToken cancellationToken)
    {
        var isShared = _cluster.Stores.Count > 1 && cached.Count < _workload.Items.Count;
        TimeSpan?[] lateAfter = [.. _workload.Items.Select(item => _options.DuplicateStragglers ? history.Of(item).LateAfter : null)];
        try
        {
            if (_cluster.SharesStore)
            {
                return await SubmitToAsync(_cluster.First).ConfigureAwait(false);
            }

            IReadOnlyList<(ClusterHost Host, string Holder)> first = [];
            while (first.Count == 0)
            {
                first = await _cluster.EachAsync([_cluster.First], SubmitToAsync).ConfigureAwait(false);
            }

            if (first[0].Holder == id && _cluster.Stores.Count > 1)
            {
                await _cluster.EachAsync([.. _cluster.Stores.Skip(1)], SubmitToAsync).ConfigureAwait(false);
            }

            return first[0].Holder;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It may be there or not; a run that nobody has started would stay for ever.
            try
            {
                await new RunCancellation(_cluster, id, _log).OverOwnSessionsAsync(_cluster.Stores, cached.Count, _workload.Items.Count, _time).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.UnknownRun)
            {
                _log.Detail($"Run {id} was not submitted.");
            }

            throw;
        }

        Task<string> SubmitToAsync(ClusterHost host)
        {
            var workspace = push.WorkspaceOn(host.Name);
            var reused = cached.Where(pair => pair.Value.Host == host.Name).ToDictionary(pair => pair.Key, pair => pair.Value.Record);
            var submission = new RunSubmission(
                _workload, _keys, NameOf(workspace), NameOf(runtimes.GetValueOrDefault(host.Name, "")), reused, queues.GetValueOrDefault(host.Name, []), lateAfter, isShared, _options, _cluster.Batch?.Options);
            return submission.SendAsync(host.Session, id, intent, cancellationToken);
        }
    }

    // A run that was there may not be on every host.
    private async Task<IReadOnlyList<RunPart>> PartsAsync(RunWork work, bool joined, CancellationToken cancellationToken)
    {
        IReadOnlyList<ClusterHost> hosts = _cluster.Usable;
        if (joined && hosts.Count > 1 && !_cluster.SharesStore)
        {
            var known = await _cluster.EachAsync(hosts, host => RunDescription.KnowsAsync(host, work.Run, cancellationToken)).ConfigureAwait(false);
            hosts = [.. known.Where(pair => pair.Result).Select(pair => pair.Host)];
        }

        return [.. hosts.Select(host => _cluster.PartOn(host, work, _options.Workers, _cluster.Batch, _time))];
    }

    private async Task WatchAsync(
        RunWork work,
        IReadOnlyList<RunPart> parts,
        Dictionary<string, IReadOnlyList<string>> queues,
        DurationHistory history,
        IProgress<RunProgress>? progress,
        CancellationToken cancellationToken)
    {
        var expected = new Lazy<TimeSpan?[]>(() => [.. _workload.Items.Select(item => history.Of(item) is { Spread: not null } known ? known.Duration : (TimeSpan?)null)]);
        var sharing = RunSharing.On(_cluster, parts, work, item => expected.Value[item], _log, _time);
        if (!_cluster.SharesStore)
        {
            sharing?.Begin(queues);
        }

        try
        {
            await new RunWatch(parts, work, sharing, _cluster.HostLossTimeout, _log, _time)
                .UntilEndAsync(start: true, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await new RunCancellation(_cluster, work.Run, _log).OverOwnSessionsAsync([.. parts.Select(part => part.Host)], work.Records.Done, work.Items.Count, _time).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string?> JoinAsync(string intent, CancellationToken cancellationToken)
    {
        var answers = await _cluster.EachAsync(_cluster.Stores, host => host.Session.AskAsync($"intent {intent}", null, cancellationToken)).ConfigureAwait(false);
        return answers.Select(pair => pair.Result).Where(answer => answer.StartsWith("run ", StringComparison.Ordinal)).Select(answer => RunId.Checked(answer.Split(' ')[1])).FirstOrDefault();
    }

    private async Task<Dictionary<int, (string Host, AttemptRecord Record)>> LookUpAsync(CancellationToken cancellationToken)
    {
        var found = await _cluster.EachAsync(
            _cluster.Stores,
            host => host.Session.AskListAsync(
                "lookup", _keys.Distinct(), line => line.Split(' ', 2) switch { var words => (Key: words[0], Record: AttemptRecord.Parse(words[1])) }, cancellationToken)).ConfigureAwait(false);
        var records = new Dictionary<string, (string Host, AttemptRecord Record)>(StringComparer.Ordinal);
        foreach (var (host, lines) in found)
        {
            foreach (var (key, record) in lines)
            {
                records.TryAdd(key, (host.Name, record));
            }
        }

        return Enumerable.Range(0, _keys.Length)
            .Where(number => records.ContainsKey(_keys[number]))
            .ToDictionary(number => number, number => records[_keys[number]]);
    }

    private static string NameOf(string tree) => tree[(tree.LastIndexOf('/') + 1)..];

    private static string PathOf(string key) => $"{key.AsSpan(0, 2)}/{key.AsSpan(2)}";
}
