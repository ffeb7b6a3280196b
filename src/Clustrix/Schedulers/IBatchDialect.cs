using Clustrix.Diagnostics;

namespace Clustrix.Schedulers;

/// <summary>How one kind of batch scheduler is talked to: its commands, and what it answers. Nothing here runs anything.</summary>
internal interface IBatchDialect
{
    /// <summary>What messages call the scheduler.</summary>
    string Name { get; }

    /// <summary>The environment variables that tell its commands where it is.</summary>
    IReadOnlyList<string> Variables { get; }

    /// <summary>What its users call what the settings call a partition.</summary>
    string Partition { get; }

    /// <summary>How long <see cref="EndedCommand"/> may not tell yet of a worker that has left the queue.</summary>
    TimeSpan AccountingDelay { get; }

    /// <summary>
    /// Whether <see cref="EndedCommand"/> tells of workers that somebody deleted before they ran: whom it doesn't tell of is forgotten then. Where it
    /// doesn't, only somebody's order takes one that has never run out of the queue.
    /// </summary>
    bool TellsOfDeleted { get; }

    /// <summary>What is told of how workers ended where the scheduler keeps no accounts of jobs that are over.</summary>
    string WithoutAccounting { get; }

    /// <summary>The commands that <see cref="ReadSite"/> reads the output of.</summary>
    string SiteCommand { get; }

    /// <summary>Submits a script that it reads on standard input; the job's id is its first word.</summary>
    string SubmitCommand { get; }

    /// <summary>Tells all workers of the jobs whose names are in <c>$CLUSTRIX_JOBS</c>, separated by commas; <see cref="ReadQueue"/> reads that.</summary>
    string QueueCommand { get; }

    /// <summary>The script of an array.</summary>
    string Script(WorkerArray array, BatchOptions options);

    /// <summary>Prints the id of the job of a name, or nothing.</summary>
    string FindCommand(string name);

    /// <summary>Tells how the workers of a job ended that the queue has forgotten; <see cref="ReadEnded"/> reads that.</summary>
    string EndedCommand(string name, string job);

    /// <summary>An extended regular expression for what stands in the log of a worker that was killed because its memory was exceeded; empty where the scheduler itself tells that apart.</summary>
    string MemoryWords { get; }

    /// <summary>Ends all workers of jobs.</summary>
    /// <param name="jobs">The jobs' ids by their names.</param>
    string CancelCommand(IReadOnlyDictionary<string, string> jobs);

    /// <summary>Takes workers that haven't begun out of the queue; those that run go on.</summary>
    string CancelWaitingCommand(IReadOnlyCollection<WorkerTask> workers);

    /// <summary>Whether a line that <see cref="CancelCommand"/> printed says of a job that it is to end, or has.</summary>
    bool IsEnded(string line);

    /// <summary>Whether the line says that it is just ending, so that nothing was done about it, and it may yet be put back into the queue.</summary>
    bool IsEnding(string line);

    /// <summary>Reads what <see cref="SiteCommand"/> printed.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    BatchSite ReadSite(string output);

    /// <summary>Reads what <see cref="QueueCommand"/> printed.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    IReadOnlyList<WorkerTask> ReadQueue(string output);

    /// <summary>Reads what <see cref="EndedCommand"/> printed. Null when the scheduler has forgotten; whom a list lacks has never run.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    IReadOnlyList<WorkerTask>? ReadEnded(string job, string output);

    /// <summary>Finds out what of a class the scheduler can't give at all, other than too many cores or too much memory.</summary>
    /// <param name="wanted">What each worker has to have room for.</param>
    /// <param name="options">What is asked for beside that.</param>
    /// <param name="site">What could be.</param>
    /// <returns>The problem with its remedy; null when there is none.</returns>
    Problem? FaultOf(ResourceClass wanted, BatchOptions options, BatchSite site);

    /// <summary>What is wrong when a submission was refused.</summary>
    /// <param name="words">What the scheduler said.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="site">What could be.</param>
    /// <returns>A remedy.</returns>
    string RemedyFor(string words, BatchOptions options, BatchSite site);

    /// <summary>Prints the accounts that the user may name, one a line; nothing when the scheduler knows none.</summary>
    string AccountsCommand { get; }

    /// <summary>Prints the qualities of service that the user may name, one a line; nothing when the scheduler knows none. Empty where there is no such thing.</summary>
    string QosCommand { get; }

    /// <summary>What to do when its commands say that they can't reach it, where that isn't the controller's doing; null where it may be.</summary>
    string? RemedyForAbsence(string words);

    /// <summary>Whether the words say that the scheduler can't be reached now, rather than that it refuses.</summary>
    bool IsAbsence(string words);
}
