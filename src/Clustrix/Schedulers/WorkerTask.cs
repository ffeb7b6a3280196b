using System.Globalization;

namespace Clustrix.Schedulers;

/// <summary>One worker of an array as the scheduler tells it.</summary>
/// <param name="Array">The array's name. It is unique; a scheduler that has lost its state gives a job's number again.</param>
/// <param name="Job">The array's job id.</param>
/// <param name="Index">The worker's number in the array, from 1.</param>
/// <param name="Restarts">How often the scheduler has started it again; null when it doesn't count.</param>
/// <param name="Phase">What it does.</param>
/// <param name="End">How it ended; only with <see cref="TaskPhase.Ended"/>.</param>
/// <param name="State">The scheduler's own word.</param>
/// <param name="Reason">The scheduler's reason for the state; empty when it gives none.</param>
/// <param name="Node">Where it runs or ran; empty before.</param>
/// <param name="ExitCode">Its exit code; 0 as long as it hasn't one.</param>
internal sealed record WorkerTask(
    string Array, string Job, int Index, int? Restarts, TaskPhase Phase, TaskEnd End, string State, string Reason, string Node, int ExitCode)
{
    /// <summary>The index of what stands for all workers of an array of whom the scheduler knows nothing any more.</summary>
    public const int WholeArray = 0;

    /// <summary>The signal that ended it; 0 when none did, or when that isn't known.</summary>
    public int Signal { get; init; }

    /// <summary>All workers of an array that the scheduler has forgotten: they have ended, nobody knows how.</summary>
    public static WorkerTask Forgotten(string array, string job) => Forgotten(array, job, WholeArray);

    /// <summary>A worker that was started, and that the scheduler has forgotten.</summary>
    public static WorkerTask Forgotten(string array, string job, int index) => new(array, job, index, null, TaskPhase.Ended, TaskEnd.Unknown, "forgotten", "", "", 0);

    /// <summary>A worker that was in the queue, and of which the scheduler says nothing any more: nobody knows how it ended.</summary>
    public WorkerTask AsForgotten() => this with { Phase = TaskPhase.Ended, End = TaskEnd.Unknown, State = "forgotten", Reason = "" };

    /// <summary>A worker that was in the queue, and that somebody took out of it before it ran.</summary>
    public WorkerTask AsDeleted() => this with { Phase = TaskPhase.Ended, End = TaskEnd.Cancelled, State = "gone from the queue before it ran", Reason = "" };

    /// <summary>Whether it works, or may still.</summary>
    public bool IsLive => Phase != TaskPhase.Ended;

    /// <summary>The names of its starts that are over, as far as they are known; <c>*</c> at the end of one stands for all that begin so.</summary>
    public IEnumerable<string> StartsThatAreOver
    {
        get
        {
            var index = Index.ToString(CultureInfo.InvariantCulture);
            return Index == WholeArray ? [MemberOf(Array, "*", "")[..^1]]
                : Restarts is { } restarts
                ? Enumerable.Range(0, IsLive ? restarts : restarts + 1).Select(start => MemberOf(Array, index, start.ToString(CultureInfo.InvariantCulture)))
                : IsLive ? [] : [MemberOf(Array, index, "*")];
        }
    }

    /// <summary>The name of its start that isn't over, in the same way; null when there is none.</summary>
    public string? StartThatGoesOn => !IsLive ? null : MemberOf(Array, Index.ToString(CultureInfo.InvariantCulture), Restarts?.ToString(CultureInfo.InvariantCulture) ?? "*");

    /// <summary>The name of a worker of an array, by which the store tells it from all others.</summary>
    /// <param name="array">The array's name: run, class, number.</param>
    /// <param name="index">The worker's number in the array, or what the shell makes it of.</param>
    /// <param name="start">What tells this start of it from all others, likewise.</param>
    public static string MemberOf(string array, string index, string start) => $"{array[(array.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('.', 'n')}_{index}_{start}";

    /// <summary>The run that an array's workers are at, from its name: <c>RUN.CLASS.NUMBER</c>.</summary>
    public static string RunOf(string array) => array.Split('.')[0];

    /// <summary>The class of items that an array's workers run, likewise.</summary>
    public static string ClassOf(string array) => array.Split('.')[1];

    /// <summary>An array's number in its run and class, likewise.</summary>
    public static int NumberOf(string array) => int.Parse(array.Split('.')[2], CultureInfo.InvariantCulture);

    /// <summary>The scheduler's state, with its reason when it gives one that says more.</summary>
    public string StateAndReason => Reason.Length > 0 && Reason != State ? $"{State}, {Reason}" : State;

    /// <summary>Whether it ended because it didn't see the store: the scheduler couldn't start it for want of the log's directory, or it has looked for itself.</summary>
    public bool HasMissedStore => End == TaskEnd.NotLaunched || (End == TaskEnd.Failed && ExitCode == WorkerArray.StoreUnseen);

    /// <summary>Why it ended or was started again, for people.</summary>
    public string Cause
    {
        get
        {
            var cause = End switch
            {
                TaskEnd.OutOfMemory => "it used more memory than it had asked for; raise the items' Memory",
                TaskEnd.TimeLimit => "its time limit was reached",
                TaskEnd.NodeFailed => "its node failed",
                TaskEnd.Preempted => "it made room for another job",
                TaskEnd.Cancelled => "somebody cancelled it",
                TaskEnd.NotLaunched => "it couldn't be started on the node",
                TaskEnd.Failed when Signal > 0 => $"it was ended by {Results.Signal.Text(Signal)}",
                TaskEnd.Failed => string.Create(CultureInfo.InvariantCulture, $"it failed with exit code {ExitCode}"),
                TaskEnd.Completed => "it ended before its item",
                _ => IsLive ? "its node failed or it made room for another job" : "nobody knows how",
            };
            return StateAndReason.Length > 0 ? $"{cause} ({StateAndReason})" : cause;
        }
    }

    /// <summary>What the scheduler calls it.</summary>
    public string Id { get; init; } = string.Create(CultureInfo.InvariantCulture, $"{Job}_{Index}");
}

/// <summary>What a worker of an array does.</summary>
internal enum TaskPhase
{
    /// <summary>It waits in the queue.</summary>
    Waiting,

    /// <summary>It runs, or is about to or just about not to any more.</summary>
    Running,

    /// <summary>It is suspended: it will go on.</summary>
    Suspended,

    /// <summary>It waits in the queue until somebody lets it go on: it, or its job, is held.</summary>
    Held,

    /// <summary>It waits in the queue, and what keeps it there has to be mended before it is ever started.</summary>
    Stuck,

    /// <summary>The scheduler says something that isn't known here.</summary>
    Unknown,

    /// <summary>It has ended.</summary>
    Ended,
}

/// <summary>How a worker ended.</summary>
internal enum TaskEnd
{
    /// <summary>It hasn't, or the scheduler has forgotten how.</summary>
    Unknown,

    /// <summary>By itself.</summary>
    Completed,

    /// <summary>With an exit code, or by a signal that nobody explains.</summary>
    Failed,

    /// <summary>It used more memory than it had asked for.</summary>
    OutOfMemory,

    /// <summary>Its time was up.</summary>
    TimeLimit,

    /// <summary>Its node failed.</summary>
    NodeFailed,

    /// <summary>It made room for another job.</summary>
    Preempted,

    /// <summary>Somebody cancelled it.</summary>
    Cancelled,

    /// <summary>The scheduler couldn't start it on the node.</summary>
    NotLaunched,
}
