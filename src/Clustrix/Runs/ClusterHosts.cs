using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Schedulers;
using Clustrix.Stores;

namespace Clustrix.Runs;

/// <summary>The hosts of a cluster that can be used. One that fails is named and left out, as long as enough of them are left.</summary>
internal sealed class ClusterHosts : IAsyncDisposable
{
    // Whoever looks again and again costs the scheduler no more than that.
    private static readonly TimeSpan QueueAge = TimeSpan.FromSeconds(5);

    private readonly ClusterOptions _options;
    private readonly ILog _log;
    private readonly IReadOnlyList<string> _names;
    private readonly Dictionary<string, ClustrixException> _leftOut = new(StringComparer.Ordinal);
    private List<ClusterHost> _usable = [];

    private ClusterHosts(ClusterOptions options, ILog log, IReadOnlyList<string> names)
    {
        _options = options;
        _log = log;
        _names = names;
        Batch = options.Batch is null ? null : BatchScheduler.Of(options.Batch);
    }

    /// <summary>The batch scheduler that gives the workers; null when each host has its own.</summary>
    public BatchScheduler? Batch { get; }

    /// <summary>Those that can be used, in the cluster's order.</summary>
    public IReadOnlyList<ClusterHost> Usable => _usable;

    /// <summary>One for each store: all hosts, or one of those that share a store.</summary>
    public IReadOnlyList<ClusterHost> Stores => _options.SharedStore ? _usable[..1] : _usable;

    /// <summary>Where whoever comes second finds out that he does.</summary>
    public ClusterHost First => _usable[0];

    /// <summary>The hosts that were left out, by name, with the reason.</summary>
    public IReadOnlyDictionary<string, ClustrixException> LeftOut => _leftOut;

    /// <summary>Those of them whose stores nobody else sees.</summary>
    public IReadOnlyList<string> NotAsked => SharesStore ? [] : [.. _leftOut.Keys];

    /// <summary>Whether hosts were named that can't be used: what they had, or were to have, is the others'.</summary>
    public bool HasLeftOut => _leftOut.Count > 0;

    public bool CopiesBetweenHosts => _options.CopyBetweenHosts;

    public bool SharesStore => _options.SharedStore;

    /// <summary>The names of all hosts, also of those that can't be used, by their numbers from 1, when they share a store; otherwise null.</summary>
    public IReadOnlyList<string>? Sharers => SharesStore && _names.Count > 1 ? _names : null;

    /// <summary>What other clients are told of this one; a word of a request.</summary>
    public string ClientName => string.Concat(_options.ClientName.Select(c => char.IsAsciiLetterOrDigit(c) || "._@-".Contains(c, StringComparison.Ordinal) ? c : '_'));

    public PushedPayloads? Pushed => _options.Pushed;

    public Retention Retention => _options.Retention;

    public TimeSpan HostLossTimeout => _options.HostLossTimeout;

    /// <summary>Connects to all hosts at once.</summary>
    /// <exception cref="ClustrixException">Too few can be used (<see cref="ErrorCode.TooFewHosts"/>); with a single host, its own failure.</exception>
    public static async Task<ClusterHosts> ConnectAsync(IReadOnlyList<IHost> hosts, ClusterOptions options, ILog log, CancellationToken cancellationToken)
    {
        var cluster = new ClusterHosts(options, log, [.. hosts.Select(host => host.Name)]);
        if (options.MinHosts > hosts.Count && hosts.Count > 0)
        {
            throw new ClustrixException(
                ErrorCode.BadValue,
                string.Create(CultureInfo.InvariantCulture, $"MinHosts is {options.MinHosts}, and the cluster has {Results.Count.Of(hosts.Count, "host")}. Name more hosts or lower MinHosts."));
        }

        try
        {
            var connected = await cluster.TryEachAsync(
                hosts.Select((host, index) => (host, index)).ToList(),
                pair => pair.host.Name,
                pair => ClusterHost.ConnectAsync(pair.host, pair.index + 1, options.StoreRoot, options.IsVisit, cancellationToken),
                host => host.DisposeAsync()).ConfigureAwait(false);
            cluster._usable = [.. connected.Select(pair => pair.Result)];
            cluster.CheckEnough();
            cluster.CheckStores();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Does something on several hosts at once. Hosts on which it fails are left out from then on.</summary>
    /// <exception cref="ClustrixException">Too few are left, or what failed is no matter of the host.</exception>
    public async Task<IReadOnlyList<(ClusterHost Host, T Result)>> EachAsync<T>(IReadOnlyList<ClusterHost> hosts, Func<ClusterHost, Task<T>> work)
    {
        var results = await TryEachAsync(hosts, host => host.Name, work, _ => ValueTask.CompletedTask).ConfigureAwait(false);
        foreach (var failed in _usable.Where(host => _leftOut.ContainsKey(host.Name)).ToList())
        {
            _usable.Remove(failed);
            await failed.DisposeAsync().ConfigureAwait(false);
        }

        CheckEnough();
        return results;
    }

    /// <summary>How many workers are put to work by way of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="classes">The classes of the run.</param>
    /// <param name="slots">As for <see cref="RunOptions.Workers"/>.</param>
    /// <param name="scheduler">Who gives the workers; null when each host has its own.</param>
    public static PoolPlan PlanOn(ClusterHost host, IEnumerable<ResourceClass> classes, int slots, BatchScheduler? scheduler) => scheduler is null
        ? ResourceClass.PlanOn(classes, slots, host.Session.Facts)
        : new PoolPlan([.. classes.Select(c => (c.Name, Math.Min(
            c.Items, scheduler.Site is null ? slots > 0 ? slots : ResourceClass.MostWorkers : c.WorkersOn(scheduler.Site, scheduler.Options.Partition, slots))))]);

    /// <summary>The workers that a run would begin with by way of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="classes">The classes, with the items that would run.</param>
    /// <param name="slots">As for <see cref="RunOptions.Workers"/>.</param>
    public IEnumerable<PlannedWorkers> PlannedOn(ClusterHost host, IReadOnlyList<ResourceClass> classes, int slots)
    {
        var plan = PlanOn(host, classes, slots, Batch);
        return classes.Where(c => plan.Of(c.Name) > 0).Select(c => new PlannedWorkers(
            host.Name, c.Items, c.Nodes, c.Cpus, c.Memory, plan.Of(c.Name), Batch?.Script(Batch.ArrayOf(host.Session, RunPlan.Run, "run/" + RunPlan.Run, c, 1, plan.Of(c.Name)) with { StoreToken = host.Session.HasStore ? host.Session.StoreToken : RunPlan.Token }) ?? ""));
    }

    /// <summary>What a host does for a run.</summary>
    /// <param name="host">The host.</param>
    /// <param name="work">The run's work.</param>
    /// <param name="slots">As for <see cref="RunOptions.Workers"/>.</param>
    /// <param name="scheduler">Who gives the workers; null when each host has its own.</param>
    /// <param name="time">The clock.</param>
    public RunPart PartOn(ClusterHost host, RunWork work, int slots, BatchScheduler? scheduler, TimeProvider time)
    {
        var plan = PlanOn(host, work.Classes.Distinct(), slots, scheduler);
        return new RunPart(host, work.Run, plan, scheduler is null ? new PoolWorkforce(host, work.Run, plan) : new BatchWorkforce(host, work, scheduler, slots, ClientName, _log, time));
    }

    /// <summary>Who gives the workers of a run that was started before: asked as it was then, unless something else is said now.</summary>
    /// <param name="earlier">What was asked for then; null when no scheduler gives them.</param>
    public BatchScheduler? SchedulerOf(BatchOptions? earlier) => earlier is null ? Batch : BatchScheduler.Of(Batch?.Options.Over(earlier) ?? earlier);

    /// <summary>The machines that items may run on.</summary>
    /// <exception cref="ClustrixException">The scheduler that gives them can't be asked.</exception>
    public async Task<IReadOnlyList<Node.NodeFacts>> NodesAsync(CancellationToken cancellationToken) => Batch is null
        ? [.. _usable.Select(host => host.Session.Facts)]
        : (await Batch.SurveyAsync(First.Session, cancellationToken).ConfigureAwait(false)).NodesOf(Batch.Options.Partition);

    /// <summary>What the scheduler has of the store's runs; nothing when no scheduler gives the workers. Runs that are over and of which it has none are noted.</summary>
    public Task<QueuedRuns> QueuedAsync(CancellationToken cancellationToken) => SeeToQueueAsync(
        QueueAge, async (left, queued) => (await left.NoteAsync(First.Session, queued, cancellationToken).ConfigureAwait(false)).Queue, cancellationToken);

    /// <summary>Takes the jobs of runs that are over out of the scheduler's queue, where it has some; a warning says that it can't be asked.</summary>
    public Task ClearQueueAsync(CancellationToken cancellationToken) => SeeToQueueAsync(
        TimeSpan.Zero,
        async (left, queued) =>
        {
            await left.ClearAsync(First.Session, queued, cancellationToken).ConfigureAwait(false);
            return queued;
        },
        cancellationToken);

    /// <summary>The host of a name; null when it isn't, or no longer, usable.</summary>
    public ClusterHost? Find(string name) => _usable.FirstOrDefault(host => host.Name == name);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _usable)
        {
            await host.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<QueuedRuns> SeeToQueueAsync(TimeSpan age, Func<LeftJobs, QueuedRuns, Task<QueuedRuns>> see, CancellationToken cancellationToken)
    {
        if (Batch is null)
        {
            return new QueuedRuns([]);
        }

        try
        {
            var queued = new QueuedRuns(await Batch.QueueAsync(First.Session, age, BatchScheduler.GlanceSeconds, cancellationToken).ConfigureAwait(false));
            return await see(new LeftJobs(Batch, _log, TimeProvider.System), queued).ConfigureAwait(false);
        }
        catch (ClustrixException e) when (e.Code == ErrorCode.SchedulerUnavailable)
        {
            _log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} Whether workers of a run are in its queue isn't known.", Severity: Severity.Warning));
            return new QueuedRuns(null);
        }
    }

    // When one of them is cancelled or fails for another reason, what the others have made must not be lost sight of.
    private async Task<List<(TSource Host, TResult Result)>> TryEachAsync<TSource, TResult>(
        IReadOnlyList<TSource> hosts, Func<TSource, string> name, Func<TSource, Task<TResult>> work, Func<TResult, ValueTask> discard)
    {
        var tasks = hosts.Select(host => (Host: host, Task: work(host))).ToList();
        await Task.WhenAll(tasks.Select(Task (pair) => pair.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var results = tasks.Where(pair => pair.Task.IsCompletedSuccessfully).Select(pair => (pair.Host, pair.Task.Result)).ToList();
        try
        {
            foreach (var (host, task) in tasks.Where(pair => !pair.Task.IsCompletedSuccessfully))
            {
                await LeaveOutAsync(name(host), task).ConfigureAwait(false);
            }
        }
        catch
        {
            foreach (var (_, result) in results)
            {
                await discard(result).ConfigureAwait(false);
            }

            throw;
        }

        return results;
    }

    private async Task LeaveOutAsync(string host, Task failed)
    {
        try
        {
            await failed.ConfigureAwait(false);
        }
        catch (ClustrixException e) when (_names.Count > 1 && IsOfHost(e.Code))
        {
            _leftOut[host] = e;
            _log.Warn(new Problem(e.Code, $"{e.Problems[0].Message} The host is left out.", Severity: Severity.Warning));
        }
    }

    // What is declared about stores is checked before anything is written to them.
    private void CheckStores()
    {
        foreach (var group in _usable.GroupBy(host => host.Session.StoreToken).Where(group => !SharesStore && group.Count() > 1))
        {
            throw new ClustrixException(
                ErrorCode.StoresNotAsDeclared,
                $"{string.Join(" and ", group.Select(host => host.Name))} have one and the same store, {group.First().Session.Root}. If they are one machine, list it once; if they share a file system, set SharedStore to true.");
        }

        if (_usable.Any(host => !host.Session.HasStore))
        {
            return;
        }

        if (SharesStore && _usable.FirstOrDefault(host => host.Session.StoreToken != First.Session.StoreToken) is { } other)
        {
            throw new ClustrixException(
                ErrorCode.StoresNotAsDeclared,
                $"SharedStore is true, but {other.Name} doesn't see the store of {First.Name}: {First.Session.Root} is another directory there. Set StoreRoot to a directory that all hosts share, or leave SharedStore out.");
        }
    }

    private void CheckEnough()
    {
        var needed = Math.Max(1, _options.MinHosts);
        if (_usable.Count < needed)
        {
            var leftOut = string.Join(", ", _leftOut.Select(pair => $"{pair.Key} ({pair.Value.Code.ToText()})"));
            throw new ClustrixException(
                ErrorCode.TooFewHosts,
                needed == 1
                    ? $"No host of the cluster can be used: {leftOut}. The warnings before this say why; mend one of them."
                    : string.Create(CultureInfo.InvariantCulture, $"{_usable.Count} of {_names.Count} hosts can be used, and MinHosts is {needed}: {leftOut}. The warnings before this say why; mend them or lower MinHosts."));
        }
    }

    /// <summary>Whether a failure is one of a host or its store, and says nothing of the others: CLX3xxx.</summary>
    public static bool IsOfHost(ErrorCode code) => (int)code / 1000 == 3;
}
