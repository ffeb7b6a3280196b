using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Results;
using Clustrix.Schedulers;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>One execution of a workload, seen from a client: submit or join, then watch.</summary>
internal sealed class Run
{
    private readonly NodeSession _session;
    private readonly ILog _log;
    private readonly TimeProvider _time;
    private readonly Workload _workload;
    private readonly RunOptions _options;
    private readonly string[] _keys;

    public Run(NodeSession session, ILog log, TimeProvider time, Workload workload, RunOptions options)
    {
        _session = session;
        _log = log;
        _time = time;
        _workload = workload;
        _options = options;
        _keys = [.. workload.Items.Select(item => PathOf(workload.KeyOf(item)))];
    }

    public async Task<RunResult> ExecuteAsync(string workspace, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var started = _time.GetUtcNow();
        var stopwatch = _time.GetTimestamp();
        var classes = ResourceClass.Plan(_workload.Items.ToList(), _options.Workers, _session.Facts);
        var intent = _workload.IntentKey();
        var id = await JoinAsync(intent, cancellationToken).ConfigureAwait(false);
        var joined = id is not null;
        var cached = joined || !_options.ReuseResults ? [] : await LookUpAsync(cancellationToken).ConfigureAwait(false);
        if (id is null)
        {
            // Also when everything is reused: a run's id means something to whoever asks for it later.
            id = RunId.New(_time);
            var submission = new RunSubmission(_workload, _keys, workspace[(workspace.LastIndexOf('/') + 1)..], cached, classes);
            var holder = await SubmitAsync(submission, id, intent, cancellationToken).ConfigureAwait(false);
            (id, joined, cached) = holder == id ? (id, false, cached) : (holder, true, []);
        }

        var watch = new RunWatch(_session, _time, id, _workload.Items.Count, classes.Values.Max(c => c.Workers), cached);
        if (watch.Missing > 0)
        {
            _log.Say(joined
                ? $"Joining run {id}, which was started before."
                : string.Create(CultureInfo.InvariantCulture, $"Run {id}: {Count.Of(watch.Missing, "item")} on {Count.Of(classes.Values.Max(c => c.Workers), "worker")}{(cached.Count > 0 ? $", {cached.Count} reused" : "")}."));
            await WatchAsync(watch, classes, progress, cancellationToken).ConfigureAwait(false);
        }

        return new RunResult(
            id,
            [.. _workload.Items.Select((item, number) => watch.ResultOf(number, item))],
            watch.Begun ? classes.Values.Max(c => c.Workers) : 0,
            joined,
            watch.Cancelled,
            started,
            _time.GetElapsedTime(stopwatch));
    }

    // Cancelled in the middle, it may be there or not; a run that nobody has started would stay for ever.
    private async Task<string> SubmitAsync(RunSubmission submission, string id, string intent, CancellationToken cancellationToken)
    {
        try
        {
            return await submission.SendAsync(_session, id, intent, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RunCancellation.OverOwnSessionAsync(_session, _log, _time, id).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (e.Code == ErrorCode.UnknownRun)
            {
                _log.Detail($"Run {id} was not submitted.");
            }

            throw;
        }
    }

    private async Task WatchAsync(
        RunWatch watch, Dictionary<(int Cpus, long Memory), ResourceClass> classes, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await watch.UntilEndAsync(ResourceClass.PlanText(classes.Values), progress, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await RunCancellation.OverOwnSessionAsync(_session, _log, _time, watch.Run).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<string?> JoinAsync(string intent, CancellationToken cancellationToken)
    {
        var answer = await _session.AskAsync($"intent {intent}", null, cancellationToken).ConfigureAwait(false);
        return answer.StartsWith("run ", StringComparison.Ordinal) ? answer.Split(' ')[1] : null;
    }

    private async Task<Dictionary<int, AttemptRecord>> LookUpAsync(CancellationToken cancellationToken)
    {
        var lines = await _session.AskListAsync("lookup", _keys.Distinct(), line => line.Split(' ', 2) switch { var words => (Key: words[0], Record: AttemptRecord.Parse(words[1])) }, cancellationToken).ConfigureAwait(false);
        var records = lines.ToDictionary(line => line.Key, line => line.Record, StringComparer.Ordinal);
        return Enumerable.Range(0, _keys.Length)
            .Where(number => records.ContainsKey(_keys[number]))
            .ToDictionary(number => number, number => records[_keys[number]]);
    }

    private static string PathOf(string key) => $"{key.AsSpan(0, 2)}/{key.AsSpan(2)}";
}
