using System.Globalization;
using System.Text;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>A conversation with a batch scheduler, through the host where its commands are.</summary>
/// <param name="dialect">How it is talked to.</param>
/// <param name="options">What it is asked for.</param>
internal sealed class BatchScheduler(IBatchDialect dialect, BatchOptions options)
{
    /// <summary>How long a command may take: a controller that doesn't answer by then is as good as down.</summary>
    public const int CommandSeconds = 30;

    /// <summary>The same for who only wants to look: what isn't known by then is told as not known.</summary>
    public const int GlanceSeconds = 10;

    // Letters of what a scheduler says that are told.
    private const int MostWords = 400;

    /// <summary>What it is asked for.</summary>
    public BatchOptions Options => options;

    /// <summary>What messages call it.</summary>
    public string Name => dialect.Name;

    /// <summary>The variables of the client's environment that its commands need where they are on the client's machine.</summary>
    public IReadOnlyList<string> Variables => dialect.Variables;

    /// <summary>What its users call what the settings call a partition.</summary>
    public string Partition => dialect.Partition;

    /// <summary>How long <see cref="EndedAsync"/> may not tell yet of a worker that has left the queue.</summary>
    public TimeSpan AccountingDelay => dialect.AccountingDelay;

    /// <summary>What is told of how workers ended where it keeps no accounts of jobs that are over.</summary>
    public string WithoutAccounting => dialect.WithoutAccounting;

    /// <summary>How many commands of the scheduler were run so far.</summary>
    public int Calls { get; private set; }

    /// <summary>What can be asked for; null before <see cref="SurveyAsync"/>.</summary>
    public BatchSite? Site { get; private set; }

    /// <summary>The scheduler of a name.</summary>
    public static BatchScheduler Of(BatchOptions options) => new(
        options.Scheduler switch
        {
            "slurm" => new SlurmDialect(),
            "gridengine" => new GridEngineDialect(),
            "pbs" => new PbsDialect(),
            _ => throw new ArgumentException(options.Scheduler, nameof(options)),
        },
        options);

    /// <summary>Finds out what can be asked for.</summary>
    /// <exception cref="ClustrixException">The scheduler can't be asked (<see cref="ErrorCode.SchedulerUnavailable"/>), or has no such partition (<see cref="ErrorCode.SchedulerRefused"/>).</exception>
    public async Task<BatchSite> SurveyAsync(NodeSession session, CancellationToken cancellationToken)
    {
        if (Site is not null)
        {
            return Site;
        }

        return TakeSite(session.Host.Name, await CommandAsync(session, dialect.SiteCommand, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What has to be run to find out what can be asked for; <see cref="TakeSite"/> reads what it printed.</summary>
    public string SiteCommand => dialect.SiteCommand;

    /// <summary>Reads what <see cref="SiteCommand"/> printed.</summary>
    /// <param name="host">What messages call the host where it ran.</param>
    /// <param name="answer">What it printed.</param>
    /// <exception cref="ClustrixException">As for <see cref="SurveyAsync"/>.</exception>
    public BatchSite TakeSite(string host, BatchAnswer answer)
    {
        if (answer.Status != 0)
        {
            throw Unavailable(host, answer);
        }

        Site = Read(host, answer.Output, dialect.ReadSite);
        return Fault(Site) is { } fault ? throw new ClustrixException(ErrorCode.SchedulerRefused, $"{host}: {fault}") : Site;
    }

    /// <summary>Makes sure that the scheduler can give what classes ask for, other than cores and memory.</summary>
    /// <param name="classes">The classes.</param>
    /// <exception cref="ClustrixException">It can't; all that is wrong at once.</exception>
    public void Check(IEnumerable<ResourceClass> classes)
    {
        var faults = classes.Select(wanted => dialect.FaultOf(wanted, options, Site!)).OfType<Problem>().Distinct().ToList();
        if (faults.Count > 0)
        {
            throw new ClustrixException([.. faults]);
        }
    }

    /// <summary>An array of workers.</summary>
    /// <param name="session">The conversation with the host, whose store the workers work for.</param>
    /// <param name="run">The run's id.</param>
    /// <param name="directory">The run's directory below the store's root.</param>
    /// <param name="wanted">What each worker has to have room for.</param>
    /// <param name="number">The array's number in the run and the class, from 1.</param>
    /// <param name="workers">How many.</param>
    public WorkerArray ArrayOf(NodeSession session, string run, string directory, ResourceClass wanted, int number, int workers) => new(
        string.Create(CultureInfo.InvariantCulture, $"{run}.{wanted.Name}.{number}"), run, wanted, workers, session.Root, session.StoreToken, directory, Lifetime());

    /// <summary>The script of an array, as it would be submitted.</summary>
    public string Script(WorkerArray array) => dialect.Script(array, options);

    /// <summary>Submits an array, unless it has been by another client or by one that is dead by now.</summary>
    /// <returns>The job's id; null when another client is just about it, or the run is over.</returns>
    /// <exception cref="ClustrixException">The scheduler can't be asked now (<see cref="ErrorCode.SchedulerUnavailable"/>), or refuses (<see cref="ErrorCode.SchedulerRefused"/>).</exception>
    public async Task<string?> SubmitAsync(NodeSession session, WorkerArray array, CancellationToken cancellationToken)
    {
        Calls++;
        var answer = await AskAsync(
            session,
            $"enlist {array.Run} {array.Name} {CommandSeconds} {ShellText.Escape(dialect.FindCommand(array.Name))} {ShellText.Escape(dialect.SubmitCommand)}",
            Script(array).TrimEnd('\n').Split('\n'),
            cancellationToken).ConfigureAwait(false);
        switch (answer.Words)
        {
            case ["submitted" or "known", var job]:
                // Slurm's federations add the cluster's name.
                return job.Split(';')[0];
            case ["over", var job]:
                await CancelAsync(session, new Dictionary<string, string> { [array.Name] = job.Split(';')[0] }, cancellationToken).ConfigureAwait(false);
                return null;
            case ["refused", _]:
                throw answer.IsNone || dialect.IsAbsence(answer.Error) ? Unavailable(session.Host.Name, answer) : await RefusedAsync(session, answer, cancellationToken).ConfigureAwait(false);
            default:
                return null;
        }
    }

    /// <summary>The workers of all runs of the store.</summary>
    /// <param name="session">The conversation with the host.</param>
    /// <param name="age">How old the answer may be: clients of one store share it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The scheduler doesn't answer, or not what it should (<see cref="ErrorCode.SchedulerUnavailable"/>).</exception>
    public Task<IReadOnlyList<WorkerTask>> QueueAsync(NodeSession session, TimeSpan age, CancellationToken cancellationToken) => QueueAsync(session, age, CommandSeconds, cancellationToken);

    /// <summary>As above.</summary>
    /// <param name="session">The conversation with the host.</param>
    /// <param name="age">How old the answer may be.</param>
    /// <param name="seconds">How long the scheduler may take.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<WorkerTask>> QueueAsync(NodeSession session, TimeSpan age, int seconds, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(
            session, string.Create(CultureInfo.InvariantCulture, $"queue {(int)age.TotalSeconds} {seconds} {ShellText.Escape(dialect.QueueCommand)}"), null, cancellationToken).ConfigureAwait(false);
        Calls += answer.Words is [_, "1"] ? 1 : 0;
        return answer.Status == 0 ? Read(session.Host.Name, answer.Output, dialect.ReadQueue) : throw Unavailable(session.Host.Name, answer, seconds);
    }

    /// <summary>How the workers of a job ended, or what they do, when the queue doesn't tell; null when the scheduler has forgotten.</summary>
    /// <exception cref="ClustrixException">As for the queue.</exception>
    public async Task<IReadOnlyList<WorkerTask>?> EndedAsync(NodeSession session, string name, string job, CancellationToken cancellationToken)
    {
        var answer = await CommandAsync(session, dialect.EndedCommand(name, job), cancellationToken).ConfigureAwait(false);
        var ended = answer.Status == 0
            ? Read(session.Host.Name, answer.Output, output => dialect.ReadEnded(job, output)?.Where(task => task.Array == name).ToList())
            : throw Unavailable(session.Host.Name, answer);

        // The number may be another job's by now.
        return ended is [] && dialect.TellsOfDeleted ? null : ended;
    }

    /// <summary>Whether workers that have never run, and of which <see cref="EndedAsync"/> doesn't tell, were deleted by somebody rather than forgotten.</summary>
    public bool TellsOfDeleted => dialect.TellsOfDeleted;

    /// <summary>Finds out from their logs which workers of an array were killed because memory was exceeded.</summary>
    /// <param name="session">A conversation with the host where the logs are.</param>
    /// <param name="directory">The run's directory below the store's root.</param>
    /// <param name="workers">Workers of one array that were killed.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Their numbers.</returns>
    public async Task<IReadOnlyList<int>> OutOfMemoryAsync(NodeSession session, string directory, IReadOnlyList<WorkerTask> workers, CancellationToken cancellationToken)
    {
        if (dialect.MemoryWords.Length == 0)
        {
            return [];
        }

        var logs = workers.ToDictionary(worker => WorkerArray.LogOf(session.Root, directory, worker.Array, worker.Index.ToString(CultureInfo.InvariantCulture)), worker => worker.Index, StringComparer.Ordinal);
        var search = $"grep -l -E {ShellText.Quote(dialect.MemoryWords)} {ShellText.Join(logs.Keys)} 2>/dev/null || :";
        var answer = await AskAsync(session, string.Create(CultureInfo.InvariantCulture, $"command {CommandSeconds} {ShellText.Escape(search)}"), null, cancellationToken).ConfigureAwait(false);
        return [.. answer.Lines.Where(logs.ContainsKey).Select(log => logs[log])];
    }

    /// <summary>Ends all workers of jobs, also those that wait.</summary>
    /// <returns>Whether it is certain that none comes back to the queue.</returns>
    /// <exception cref="ClustrixException">The scheduler doesn't take the order (<see cref="ErrorCode.SchedulerUnavailable"/>).</exception>
    public async Task<bool> CancelAsync(NodeSession session, IReadOnlyDictionary<string, string> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
        {
            return true;
        }

        var answer = await CommandAsync(session, dialect.CancelCommand(jobs), cancellationToken).ConfigureAwait(false);
        Expect(session, answer);
        return !answer.Lines.Any(dialect.IsEnding);
    }

    /// <summary>Takes workers that haven't begun out of the queue; those that run go on.</summary>
    /// <exception cref="ClustrixException">The scheduler doesn't take the order (<see cref="ErrorCode.SchedulerUnavailable"/>).</exception>
    public async Task CancelWaitingAsync(NodeSession session, IReadOnlyCollection<WorkerTask> workers, CancellationToken cancellationToken)
    {
        if (workers.Count > 0)
        {
            Expect(session, await CommandAsync(session, dialect.CancelWaitingCommand(workers), cancellationToken).ConfigureAwait(false));
        }
    }

    // What has ended in between needs no end.
    private void Expect(NodeSession session, BatchAnswer answer)
    {
        if (answer.Status != 0 && (answer.IsNone || !answer.Lines.All(dialect.IsEnded)))
        {
            throw Unavailable(session.Host.Name, answer);
        }
    }

    /// <summary>The jobs of a run that the store knows of.</summary>
    public static async Task<NotedJobs> JobsAsync(NodeSession session, string run, CancellationToken cancellationToken)
    {
        var lines = await session.AskListAsync($"jobs {run}", null, line => line, cancellationToken).ConfigureAwait(false);
        return session.Read(string.Join("; ", lines), _ => NotedJobs.Parse(lines));
    }

    private TimeSpan Lifetime()
    {
        var partition = Site?.Find(options.Partition);
        return options.TimeLimit > TimeSpan.Zero ? options.TimeLimit
            : partition is null ? TimeSpan.Zero
            : partition.DefaultTime > TimeSpan.Zero ? partition.DefaultTime
            : partition.MaxTime;
    }

    // What a scheduler takes, and then keeps in its queue for good.
    private string? Fault(BatchSite site)
    {
        var partition = site.Find(options.Partition);
        return partition is null && options.Partition.Length > 0
            ? $"{dialect.Name} has no {dialect.Partition} '{options.Partition}'. Set Partition to one of: {string.Join(", ", site.Partitions.Select(known => known.Name))}."
            : partition is { MaxTime: var most } && most > TimeSpan.Zero && options.TimeLimit > most
            ? $"TimeLimit is {Duration.Format(options.TimeLimit)}, and {dialect.Partition} '{partition.Name}' allows {Duration.Format(most)}. Set TimeLimit to at most that, or choose another Partition."
            : null;
    }

    private Task<BatchAnswer> CommandAsync(NodeSession session, string command, CancellationToken cancellationToken)
    {
        Calls++;
        return AskAsync(session, string.Create(CultureInfo.InvariantCulture, $"command {CommandSeconds} {ShellText.Escape(command)}"), null, cancellationToken);
    }

    // Lines "out LENGTH" and "err LENGTH" with the bytes come before the end.
    private static async Task<BatchAnswer> AskAsync(NodeSession session, string request, IEnumerable<string>? list, CancellationToken cancellationToken)
    {
        var streams = new Dictionary<string, string>(StringComparer.Ordinal) { ["out"] = "", ["err"] = "" };
        var words = await session.AskWithListAsync(
            request,
            list,
            async (line, token) =>
            {
                var (name, length) = session.Read(line, text => text.Split(' ') is ["out" or "err", var bytes] parts ? (parts[0], int.Parse(bytes, CultureInfo.InvariantCulture)) : throw new FormatException());
                streams[name] = Encoding.UTF8.GetString(await session.ReadBytesAsync(length, token).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
        return new BatchAnswer(words.Split(' '), streams["out"], streams["err"]);
    }

    private T Read<T>(string host, string output, Func<string, T> parse)
    {
        try
        {
            return parse(output);
        }
        catch (Exception e) when (e is FormatException or OverflowException or KeyNotFoundException or System.Xml.XmlException)
        {
            var first = output.Trim().Split('\n')[0];
            throw new ClustrixException(
                ErrorCode.SchedulerUnavailable,
                $"{host}: {dialect.Name} answers something that can't be read ({e.Message}): '{first[..Math.Min(first.Length, 200)]}'. Try its commands there by hand; something may print into their output.",
                e);
        }
    }

    // The command of another scheduler, of the same name, tells all that it can do.
    private static string WordsOf(BatchAnswer answer)
    {
        var words = answer.Error.Trim().TrimEnd('.').ReplaceLineEndings(" ");
        return words.Length <= MostWords ? words : words[..MostWords] + "…";
    }

    private ClustrixException Unavailable(string host, BatchAnswer answer, int seconds = CommandSeconds)
    {
        var words = WordsOf(answer);
        return new ClustrixException(
            ErrorCode.SchedulerUnavailable,
            answer.Status switch
            {
                124 => string.Create(CultureInfo.InvariantCulture, $"{host}: {dialect.Name} hasn't answered for {seconds} s. Look at its controller."),
                127 => $"{host} lacks a command of {dialect.Name} ({words}). Name a host where jobs are submitted, and see that the command is on the PATH of a shell that isn't a login.",
                _ => $"{host}: {dialect.Name} can't be asked ({(words.Length > 0 ? words : string.Create(CultureInfo.InvariantCulture, $"exit code {answer.Status}, and not a word"))}). {dialect.RemedyForAbsence(answer.Error) ?? "Look at its controller."}",
            });
    }

    private async Task<ClustrixException> RefusedAsync(NodeSession session, BatchAnswer answer, CancellationToken cancellationToken)
    {
        var words = WordsOf(answer);
        var (setting, command) = words.Contains("account", StringComparison.OrdinalIgnoreCase) ? ("Account", dialect.AccountsCommand)
            : words.Contains("qos", StringComparison.OrdinalIgnoreCase) ? ("Qos", dialect.QosCommand)
            : ("", "");
        var known = command.Length > 0
            ? (await CommandAsync(session, command, cancellationToken).ConfigureAwait(false)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray()
            : [];
        return new ClustrixException(
            ErrorCode.SchedulerRefused,
            $"{session.Host.Name}: {dialect.Name} refuses the workers: {words}. {(known.Length > 0 ? $"Set {setting} to one of: {string.Join(", ", known)}." : dialect.RemedyFor(words, options, Site!))}");
    }
}
