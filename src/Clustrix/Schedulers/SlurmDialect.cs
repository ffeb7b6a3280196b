using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>Slurm: sbatch, squeue, sacct, scontrol, sinfo, scancel. Tried against 22.05.</summary>
internal sealed class SlurmDialect : IBatchDialect
{
    // Slurm has no answer that is as good to read for machines on every version: columns of fixed width are on all of them.
    private static readonly (string Field, int Width)[] QueueColumns =
        [("JobArrayID", 40), ("Name", 60), ("State", 20), ("RestartCnt", 8), ("exit_code", 12), ("NodeList", 60), ("Reason", 160)];

    // Why a task waits that waits for somebody to release it. squeue writes blanks where scontrol writes lines.
    private static readonly string[] Holds = ["JobHeldUser", "JobHeldAdmin", "JobHoldMaxRequeue", "requeued held", "requeued in held state"];

    private static readonly (string Option, char Letter, string Fault)[] Own =
    [
        ("--array", 'a', OwnOptions.Identity),
        ("--job-name", 'J', OwnOptions.Identity),
        ("--output", 'o', OwnOptions.Identity),
        ("--nodes", 'N', OwnOptions.Nodes),
        ("--wait", 'W', OwnOptions.Answer),
        ("--parsable", default, OwnOptions.Answer),
        ("--test-only", default, OwnOptions.Answer),
        ("--wrap", default, OwnOptions.Answer),
    ];

    // A task that was never started because of where its log or its directory is: slurmd gives it this signal for an end.
    private const int NotLaunchedSignal = 53;

    /// <inheritdoc/>
    public string Name => "Slurm";

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables { get; } = ["SLURM_CONF"];

    /// <inheritdoc/>
    public string Partition => "partition";

    /// <inheritdoc/>
    public TimeSpan AccountingDelay => TimeSpan.Zero;

    /// <inheritdoc/>
    public bool TellsOfDeleted => true;

    // Slurm's own watch over memory says no more in its accounts than that the job was killed.
    /// <inheritdoc/>
    public string MemoryWords => "slurmstepd.*([Ee]xceeded (job )?memory limit|oom_kill|OOM Killed|out-of-memory handler)";

    /// <inheritdoc/>
    public string WithoutAccounting => "how workers ended is told as long as the controller remembers";

    /// <inheritdoc/>
    public string SiteCommand => "scontrol show config && sinfo -h -N -o 'clustrix-node|%R|%n|%c|%m|%T' && scontrol -o show partition";

    /// <inheritdoc/>
    public string SubmitCommand => "sbatch --parsable";

    /// <inheritdoc/>
    public string QueueCommand =>
        $"squeue -h -r -t all --name=\"$CLUSTRIX_JOBS\" -O '{string.Join(',', QueueColumns.Select(column => string.Create(CultureInfo.InvariantCulture, $"{column.Field}:.{column.Width}")))}'";

    /// <inheritdoc/>
    public string Script(WorkerArray array, BatchOptions options)
    {
        List<string> script =
        [
            $"--job-name={array.Name}",
            string.Create(CultureInfo.InvariantCulture, $"--array=1-{array.Workers}"),
            string.Create(CultureInfo.InvariantCulture, $"--nodes={array.Class.Nodes}"),
            "--ntasks-per-node=1",
            string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={array.Class.Cpus}"),
        ];
        if (array.Class.Memory > 0)
        {
            // Slurm's M is 2^20 bytes; it takes no Mi.
            script.Add(string.Create(CultureInfo.InvariantCulture, $"--mem={(array.Class.Memory + (1 << 20) - 1) >> 20}M"));
        }

        if (options.TimeLimit > TimeSpan.Zero)
        {
            script.Add(string.Create(CultureInfo.InvariantCulture, $"--time={(int)options.TimeLimit.TotalDays}-{options.TimeLimit.Hours:00}:{options.TimeLimit.Minutes:00}:{options.TimeLimit.Seconds:00}"));
        }

        Given("partition", options.Partition);
        Given("account", options.Account);
        Given("qos", options.Qos);
        Given("gres", options.Gres);
        Given("constraint", options.Constraint);

        // What is requeued writes behind what its predecessor wrote.
        script.AddRange([$"--output={array.LogOf("%x", "%a")}", "--open-mode=append", "--requeue", "--chdir=/", .. options.Options]);
        return WorkerScript.Of("#SBATCH", script, array, "${SLURM_ARRAY_TASK_ID}", "${SLURM_RESTART_COUNT:-0}");

        void Given(string name, string value)
        {
            if (value.Length > 0)
            {
                script.Add($"--{name}={value}");
            }
        }
    }

    // What sbatch has refused as more than any node has is in the queue for a while all the same, as failed.
    /// <inheritdoc/>
    public string FindCommand(string name) => $"found=$(squeue -h -t all --name={ShellText.Quote(name)} -o '%A %r') || exit; printf '%s\\n' \"$found\" | sed -n '/ BadConstraints$/!{{s/ .*//p;q;}}'";

    // The accounting may not have heard of a job yet that the controller knows. That this one is away doesn't mean that it has forgotten.
    /// <inheritdoc/>
    public string EndedCommand(string name, string job) => $$"""
        told=$(sacct -D -X -n -P -j {{ShellText.Quote(job)}} --name={{ShellText.Quote(name)}} -o 'JobID,JobName,State,ExitCode,NodeList,Reason' 2>/dev/null) && [ "$told" ] || {
        	told=$(scontrol -o show job {{ShellText.Quote(job)}} 2>&1) || case $told in *'Invalid job id'*) told= ;; *) printf '%s\n' "$told" >&2; exit 1 ;; esac
        	told=$(printf '%s\n' "$told" | grep '^JobId=')
        }
        printf '%s\n' "$told"
        """;

    /// <inheritdoc/>
    public string CancelCommand(IReadOnlyDictionary<string, string> jobs) => Cancel("", jobs.Select(job => (job.Key, job.Value)));

    /// <inheritdoc/>
    public string CancelWaitingCommand(IReadOnlyCollection<WorkerTask> workers) => Cancel("--state=PENDING ", workers.Select(worker => (worker.Array, worker.Job)).Distinct());

    /// <inheritdoc/>
    public bool IsEnded(string line) => line.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase) || IsEnding(line);

    // What is completing may be put back behind that.
    /// <inheritdoc/>
    public bool IsEnding(string line) => line.Contains("already complet", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public BatchSite ReadSite(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var configuration = lines.Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var maximum = configuration["MaxArraySize"].FirstOrDefault() ?? throw new FormatException("no MaxArraySize");
        return new BatchSite(
            [.. lines.Where(line => line.StartsWith("PartitionName=", StringComparison.Ordinal)).Select(Fields).Select(fields => new BatchPartition(
                fields["PartitionName"],
                fields.GetValueOrDefault("Default") == "YES",
                TimeOf(fields.GetValueOrDefault("DefaultTime", "NONE")),
                TimeOf(fields.GetValueOrDefault("MaxTime", "UNLIMITED"))) { State = fields.GetValueOrDefault("State", "") })],
            [.. lines.Where(line => line.StartsWith("clustrix-node|", StringComparison.Ordinal)).Select(line => line.Split('|')).Select(words =>
                new BatchNode(words[1], new NodeFacts(Number(words[3]), Number(words[4]) * (1L << 20), "", words[2]), words.ElementAtOrDefault(5) ?? ""))],

            // Indices run from 0 to one less.
            Math.Max(1, int.Parse(maximum, CultureInfo.InvariantCulture) - 1),
            [])
        {
            Version = configuration["SLURM_VERSION"].FirstOrDefault(""),
            HasAccounting = configuration["AccountingStorageType"].FirstOrDefault("").EndsWith("/slurmdbd", StringComparison.Ordinal),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask> ReadQueue(string output) =>
        [.. output.Split('\n').Where(line => line.Trim().Length > 0).Select(line =>
        {
            var words = Columns(line);
            var raw = int.Parse(words[4], CultureInfo.InvariantCulture);
            return Tasks(words[1], words[0], words[2], int.Parse(words[3], CultureInfo.InvariantCulture), raw >> 8, raw & 0x7f, words[5], words[6]);
        }).SelectMany(tasks => tasks)];

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask>? ReadEnded(string job, string output)
    {
        if (output.Trim().Length == 0)
        {
            return null;
        }

        var starts = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => line.StartsWith("JobId=", StringComparison.Ordinal) ? OfControl(Fields(line)) : OfAccounting(line.Split('|')));

        // The accounting has a line for each start of a worker.
        return [.. starts.GroupBy(task => (task.Array, task.Index)).Select(tasks => tasks.Last() with { Restarts = Math.Max(tasks.Last().Restarts ?? 0, tasks.Count() - 1) })];
    }

    /// <inheritdoc/>
    public Problem? FaultOf(ResourceClass wanted, BatchOptions options, BatchSite site) => options.ParallelEnvironment.Length > 0
        ? new Problem(ErrorCode.SchedulerRefused, "ParallelEnvironment is set, which is Grid Engine's. Leave it out: Slurm gives Cpus without.")
        : OwnOptions.FaultOf(options.Options, FaultOf);

    /// <inheritdoc/>
    public string RemedyFor(string words, BatchOptions options, BatchSite site)
    {
        if (Says("invalid partition"))
        {
            return $"Set Partition to one of: {string.Join(", ", site.Partitions.Select(partition => partition.Name))}.";
        }

        return Says("account") ? "Set Account to one of yours."
            : Says("qos") ? "Set Qos to one that the account may use."
            : Says("feature") ? "Set Constraint to features that nodes have: sinfo -o '%N %f' lists them."
            : Says("gres") ? "Set Gres to what nodes have: sinfo -o '%N %G' lists it."
            : Says("time limit") ? "Set TimeLimit to less."
            : options.Options.Count > 0 ? "Look through SchedulerOptions: Slurm's own options, with its units, such as --mem=8G."
            : "Ask for less, or ask the cluster's administrator.";

        bool Says(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public string AccountsCommand => "sacctmgr -nP show assoc user=\"$(id -un)\" format=account";

    /// <inheritdoc/>
    public string QosCommand => "sacctmgr -nP show assoc user=\"$(id -un)\" format=qos | tr , '\\n' | sort";

    /// <inheritdoc/>
    public string? RemedyForAbsence(string words) =>
        words.Contains("configuration source", StringComparison.OrdinalIgnoreCase) || words.Contains("configuration file", StringComparison.OrdinalIgnoreCase)
            ? "Its commands find no configuration there: set SLURM_CONF to the path of slurm.conf in the environment in which they run; with 'slurm:' that is the build's."
            : null;

    /// <inheritdoc/>
    public bool IsAbsence(string words) =>
        words.Contains("Unable to contact slurm controller", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Socket timed out", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Connection refused", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Zero Bytes were transmitted", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Unexpected message received", StringComparison.OrdinalIgnoreCase);

    // sbatch takes the beginning of a long option for the whole.
    private static string? FaultOf(string word) =>
        Array.Find(Own, own => word.StartsWith("--", StringComparison.Ordinal)
            ? word.Split('=')[0] is { Length: > 4 } name && own.Option.StartsWith(name, StringComparison.Ordinal)
            : word.Length > 1 && word[0] == '-' && word[1] == own.Letter).Fault;

    // By name and number: a controller that has lost its state gives a number again.
    private static string Cancel(string option, IEnumerable<(string Name, string Job)> jobs) =>
        $"failed=0; {string.Concat(jobs.Select(job => $"scancel {option}--name={ShellText.Quote(job.Name)} {ShellText.Quote(job.Job)} || failed=$?; "))}exit $failed";

    private static string[] Columns(string line)
    {
        var words = new string[QueueColumns.Length];
        var start = 0;
        for (var column = 0; column < words.Length; column++)
        {
            var width = QueueColumns[column].Width;
            words[column] = line.Length >= start + width ? line.Substring(start, width).Trim() : throw new FormatException("a line is too short");
            start += width;
        }

        return words;
    }

    private static IEnumerable<WorkerTask> OfControl(Dictionary<string, string> fields)
    {
        var exit = fields.GetValueOrDefault("ExitCode", "0:0").Split(':');
        return Tasks(
            fields["JobName"],
            $"{fields.GetValueOrDefault("ArrayJobId", "")}_{fields.GetValueOrDefault("ArrayTaskId", "")}",
            fields["JobState"],
            Number(fields.GetValueOrDefault("Restarts", "0")),
            Number(exit[0]),
            exit.Length > 1 ? Number(exit[1]) : 0,
            fields.GetValueOrDefault("NodeList", ""),
            fields.GetValueOrDefault("Reason", ""));
    }

    private static IEnumerable<WorkerTask> OfAccounting(string[] words)
    {
        if (words.Length < 6)
        {
            throw new FormatException("a line of sacct has too few words");
        }

        var exit = words[3].Split(':');

        var tasks = Tasks(words[1], words[0], words[2].Split(' ')[0], 0, Number(exit[0]), exit.Length > 1 ? Number(exit[1]) : 0, words[4], words[5] is "None" ? words[2] : words[5]);

        // A cancelled job's state says by whom. A controller that starts without what it knew has all jobs closed that it doesn't know: nobody cancelled those.
        return words[2] == "CANCELLED" ? tasks.Select(task => task.AsForgotten()) : tasks;
    }

    // Tasks that wait together have one line.
    private static IEnumerable<WorkerTask> Tasks(string name, string id, string state, int restarts, int exitCode, int signal, string node, string reason) =>
        id.Split('_') is [var job, var indices] ? Indices(indices).Select(index => Task(name, job, index, state, restarts, exitCode, signal, node, reason)) : [];

    // 3, [1-12], [1,3,5-7%2]; of a long list the rest is left out, as "...". Other tasks are no workers.
    private static IEnumerable<int> Indices(string text)
    {
        foreach (var range in text.TrimStart('[').TrimEnd(']').Split('%')[0].Split(','))
        {
            if (range.Split('-') is { Length: <= 2 } ends
                && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                for (var index = first; index <= last; index++)
                {
                    yield return index;
                }
            }
        }
    }

    private static WorkerTask Task(string name, string job, int number, string state, int restarts, int exitCode, int signal, string node, string reason)
    {
        var (phase, end) = Meaning(state);
        if (phase == TaskPhase.Waiting && Holds.Any(hold => reason.Replace('_', ' ').Contains(hold, StringComparison.Ordinal)))
        {
            phase = TaskPhase.Held;
        }

        if (end == TaskEnd.Failed && signal == NotLaunchedSignal)
        {
            end = TaskEnd.NotLaunched;
        }

        return new WorkerTask(name, job, number, restarts, phase, end, state, reason is "None" or "(null)" ? "" : reason, node is "(null)" or "None assigned" ? "" : node, signal > 0 ? 0 : exitCode)
        {
            Signal = signal,
        };
    }

    private static (TaskPhase Phase, TaskEnd End) Meaning(string state) => state switch
    {
        "PENDING" or "CONFIGURING" or "REQUEUED" or "REQUEUE_FED" => (TaskPhase.Waiting, TaskEnd.Unknown),
        "REQUEUE_HOLD" or "SPECIAL_EXIT" or "RESV_DEL_HOLD" => (TaskPhase.Held, TaskEnd.Unknown),
        "RUNNING" or "COMPLETING" or "SIGNALING" or "STAGE_OUT" or "RESIZING" => (TaskPhase.Running, TaskEnd.Unknown),
        "SUSPENDED" or "STOPPED" => (TaskPhase.Suspended, TaskEnd.Unknown),
        "COMPLETED" => (TaskPhase.Ended, TaskEnd.Completed),
        "FAILED" => (TaskPhase.Ended, TaskEnd.Failed),
        "OUT_OF_MEMORY" => (TaskPhase.Ended, TaskEnd.OutOfMemory),
        "TIMEOUT" or "DEADLINE" => (TaskPhase.Ended, TaskEnd.TimeLimit),
        "NODE_FAIL" or "BOOT_FAIL" => (TaskPhase.Ended, TaskEnd.NodeFailed),
        "PREEMPTED" => (TaskPhase.Ended, TaskEnd.Preempted),
        "CANCELLED" or "REVOKED" => (TaskPhase.Ended, TaskEnd.Cancelled),
        _ => (TaskPhase.Unknown, TaskEnd.Unknown),
    };

    private static Dictionary<string, string> Fields(string line)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                fields.TryAdd(word[..equals], word[(equals + 1)..]);
            }
        }

        return fields;
    }

    // [DAYS-]HOURS:MINUTES:SECONDS
    private static TimeSpan TimeOf(string text)
    {
        var days = text.IndexOf('-', StringComparison.Ordinal);
        return TimeSpan.TryParseExact(days < 0 ? "0." + text : text[..days] + "." + text[(days + 1)..], @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture, out var time) ? time : TimeSpan.Zero;
    }

    private static int Number(string text) => int.TryParse(text.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
