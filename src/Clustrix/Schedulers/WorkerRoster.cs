using Clustrix.Diagnostics;

namespace Clustrix.Schedulers;

/// <summary>The workers of one run as a scheduler has told them last.</summary>
/// <param name="Directory">The run's directory below the store's root.</param>
/// <param name="Jobs">The ids of the arrays' jobs, by the arrays' names.</param>
/// <param name="Arrays">The workers of each array.</param>
internal sealed record WorkerRoster(string Directory, IReadOnlyDictionary<string, string> Jobs, IReadOnlyDictionary<string, IReadOnlyList<WorkerTask>> Arrays)
{
    /// <summary>Of a run that nobody has asked about.</summary>
    public static WorkerRoster None { get; } = new("", new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<WorkerTask>>());

    /// <summary>Why the scheduler couldn't be asked now, so that this is what it said before; null when it could.</summary>
    public ClustrixException? Absence { get; init; }

    /// <summary>All workers that were ever submitted.</summary>
    public IEnumerable<WorkerTask> Workers => Arrays.Values.SelectMany(workers => workers);

    /// <summary>Those that work, or may still.</summary>
    public IEnumerable<WorkerTask> Live => Workers.Where(worker => worker.IsLive);

    /// <summary>How many live workers a class has.</summary>
    public int LiveOf(ResourceClass wanted) => Arrays.Where(array => WorkerTask.ClassOf(array.Key) == wanted.Name).Sum(array => array.Value.Count(worker => worker.IsLive));

    /// <summary>The number of the next array of a class.</summary>
    public int NextNumber(ResourceClass wanted) => Jobs.Keys.Where(name => WorkerTask.ClassOf(name) == wanted.Name).Select(WorkerTask.NumberOf).DefaultIfEmpty(0).Max() + 1;

    /// <summary>The same with an array that was just submitted.</summary>
    public WorkerRoster With(WorkerArray array, string job) => this with
    {
        Jobs = Jobs.Append(KeyValuePair.Create(array.Name, job)).ToDictionary(StringComparer.Ordinal),
        Arrays = Arrays.Append(KeyValuePair.Create<string, IReadOnlyList<WorkerTask>>(
            array.Name,
            [.. Enumerable.Range(1, array.Workers).Select(index => new WorkerTask(array.Name, job, index, null, TaskPhase.Waiting, TaskEnd.Unknown, "", "", "", 0))])).ToDictionary(StringComparer.Ordinal),
    };

    /// <summary>Whether another one tells the same of every worker.</summary>
    public bool TellsTheSameAs(WorkerRoster other) =>
        Arrays.Count == other.Arrays.Count && Arrays.All(array => other.Arrays.TryGetValue(array.Key, out var workers) && workers.SequenceEqual(array.Value));
}
