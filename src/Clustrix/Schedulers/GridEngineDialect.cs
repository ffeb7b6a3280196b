using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>Grid Engine: qsub, qstat, qacct, qdel, qhost, qconf. Tried against Son of Grid Engine 8.1.9.</summary>
internal sealed class GridEngineDialect : IBatchDialect
{
    // No job's name may begin with a digit, as a run's id does.
    private const string NamePrefix = "cx.";

    private static readonly string[] OfIdentity = ["-N", "-t", "-o", "-e", "-j", "-S"];
    private static readonly string[] OfAnswer = ["-terse", "-sync", "-now", "-verify"];

    // Names in qstat's tables are cut off; in its XML they are whole. Those of other jobs stay where they are, because a queue may be long.
    // Why a job waits is told for each job by itself.
    private const string TellQueue = """
        queue=$(qstat -xml -g d -u '*') || exit
        queue=$(printf '%s\n' "$queue" | awk -v jobs="$CLUSTRIX_JOBS" '
        	BEGIN { for (i = split(jobs, names, ","); i > 0; i--) ours["PREFIX" names[i]] }
        	/<job_list/ { task = ""; is_ours = 0 }
        	{ task = task $0 "\n" }
        	/<JB_name>/ { name = $0; gsub(/^.*<JB_name>|<\/JB_name>.*$/, "", name); is_ours = name in ours }
        	/<\/job_list>/ && is_ours { printf "%s", task }')
        printf '<queue>\n%s\n</queue>\n' "$queue"
        waiting=$(printf '%s\n' "$queue" | awk '
        	/<JB_job_number>/ { job = $0; gsub(/[^0-9]/, "", job) }
        	/<state>[A-Za-z]*qw/ && !(job in seen) { seen[job]; printf "%s%s", comma, job; comma = "," }')
        [ -z "$waiting" ] || qstat -j "$waiting" 2>/dev/null | grep -E '^(job_number|error reason|scheduling info|  +)'
        :
        """;

    /// <inheritdoc/>
    public string Name => "Grid Engine";

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables { get; } = ["SGE_ROOT", "SGE_CELL", "SGE_QMASTER_PORT", "SGE_EXECD_PORT"];

    /// <inheritdoc/>
    public string Partition => "queue";

    // Grid Engine writes its accounting each 15 s unless it is told otherwise, and NFS may show it half a minute later.
    /// <inheritdoc/>
    public TimeSpan AccountingDelay => TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public bool TellsOfDeleted => false;

    /// <inheritdoc/>
    public string MemoryWords => "";

    /// <inheritdoc/>
    public string WithoutAccounting => "nobody can say how workers ended";

    // Debian's programs know where their cell is also when nobody says so.
    /// <inheritdoc/>
    public string SiteCommand => "qhost -q -xml || exit; qconf -sq '*' && qconf -sconf | grep '^max_aj_tasks' && qconf -spl 2>/dev/null | sed 's/^/pe /'; qstat -help 2>/dev/null | sed -n '1s/^/version /p'; [ ! -r \"${SGE_ROOT:-/var/lib/gridengine}/${SGE_CELL:-default}/common/accounting\" ] || echo accounting";

    /// <inheritdoc/>
    public string SubmitCommand => "{ job=$(qsub -terse) && job=$(printf '%s\\n' \"$job\" | tail -n 1) && echo \"${job%%.*}\"; }";

    /// <inheritdoc/>
    public string QueueCommand => TellQueue.Replace("PREFIX", NamePrefix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public string AccountsCommand => "qconf -sprjl 2>/dev/null";

    /// <inheritdoc/>
    public string QosCommand => "";

    /// <summary>What a job is called of whose array the name is known.</summary>
    public static string JobNameOf(string array) => NamePrefix + array;

    /// <summary>The array that a job is called after; null when it is none of ours.</summary>
    public static string? ArrayOf(string jobName) => jobName.StartsWith(NamePrefix, StringComparison.Ordinal) ? jobName[NamePrefix.Length..] : null;

    /// <inheritdoc/>
    public string Script(WorkerArray array, BatchOptions options)
    {
        List<string> script =
        [
            "-S /bin/sh",
            $"-N {JobNameOf(array.Name)}",
            string.Create(CultureInfo.InvariantCulture, $"-t 1-{array.Workers}"),
            $"-j y -o {array.LogOf(array.Name, "$TASK_ID")}",
            "-wd /",
            "-r y",

            // A worker that hears of its end before it comes can give back what it has in hand.
            "-notify",

            // What no queue takes isn't left to wait for good.
            "-w e",
        ];
        if (options.Partition.Length > 0)
        {
            script.Add($"-q {options.Partition}");
        }

        if (options.Account.Length > 0)
        {
            script.Add($"-P {options.Account}");
        }

        if (array.Class.Cpus > 1)
        {
            script.Add(string.Create(CultureInfo.InvariantCulture, $"-pe {options.ParallelEnvironment} {array.Class.Cpus}"));
        }

        if (array.Class.Memory > 0)
        {
            // For each slot; an upper-case M is 2^20 bytes.
            var unit = array.Class.Cpus * (1L << 20);
            script.Add(string.Create(CultureInfo.InvariantCulture, $"-l h_vmem={(array.Class.Memory + unit - 1) / unit}M"));
        }

        if (options.TimeLimit > TimeSpan.Zero)
        {
            script.Add(string.Create(CultureInfo.InvariantCulture, $"-l h_rt={(long)options.TimeLimit.TotalSeconds}"));
        }

        // It says whether it starts a worker again, but not how often.
        return WorkerScript.Of("#$", [.. script, .. options.Options], array, "${SGE_TASK_ID}", "$(date +%s)x$$");
    }

    // A job that is over is known to the accounting alone.
    /// <inheritdoc/>
    public string FindCommand(string name) => $$"""
        job={{ShellText.Quote(JobNameOf(name))}}
        known=$(qstat -j "$job" 2>&1) || case $known in
        *'do not exist'*) known=$(qacct -j "$job" 2>/dev/null) || : ;;
        *) printf '%s\n' "$known" >&2; exit 1 ;;
        esac
        printf '%s\n' "$known" | awk '$1 ~ /^job_?number:?$/ { print $2; exit }'
        """;

    /// <inheritdoc/>
    public string EndedCommand(string name, string job) => $$"""
        ended=$(qacct -j {{ShellText.Quote(JobNameOf(name))}} 2>&1) || case $ended in *'not found'*) ended= ;; *) ended=unaccounted ;; esac
        printf '%s\n' "$ended" | grep -E '^(unaccounted|hostname|jobname|jobnumber|taskid|slots|failed|exit_status|maxvmem|category)' || :
        """;

    /// <inheritdoc/>
    public string CancelCommand(IReadOnlyDictionary<string, string> jobs) => $"qdel {ShellText.Join(jobs.Keys.Select(JobNameOf))}";

    /// <inheritdoc/>
    public string CancelWaitingCommand(IReadOnlyCollection<WorkerTask> workers) =>
        $"qdel {string.Join(' ', workers.Select(worker => string.Create(CultureInfo.InvariantCulture, $"{ShellText.Quote(JobNameOf(worker.Array))} -t {worker.Index}")))}";

    /// <inheritdoc/>
    public bool IsEnded(string line) =>
        line.Contains("does not exist", StringComparison.Ordinal) || line.Contains("do not exist", StringComparison.Ordinal)
        || line.Contains("has deleted job", StringComparison.Ordinal) || line.Contains("has registered the job", StringComparison.Ordinal) || line.Contains("already in deletion", StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool IsEnding(string line) => false;

    /// <inheritdoc/>
    public BatchSite ReadSite(string output) => GridEngineAnswers.Site(output);

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask> ReadQueue(string output) => GridEngineAnswers.Queue(output);

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask>? ReadEnded(string job, string output) => output.StartsWith("unaccounted", StringComparison.Ordinal) ? null : GridEngineAnswers.Accounting(output);

    /// <inheritdoc/>
    public Problem? FaultOf(ResourceClass wanted, BatchOptions options, BatchSite site)
    {
        if (OnlySlurm.FaultOf(wanted, options, Name, "-l gpu=1") is { } fault)
        {
            return fault;
        }

        if (OwnOptions.FaultOf(options.Options, word => OfIdentity.Contains(word) ? OwnOptions.Identity : OfAnswer.Contains(word) ? OwnOptions.Answer : null) is { } own)
        {
            return own;
        }

        var known = site.ParallelEnvironments.Count > 0 ? string.Join(", ", site.ParallelEnvironments) : "none that there is; ask the cluster's administrator for one";
        return wanted.Cpus > 1 && !site.ParallelEnvironments.Contains(options.ParallelEnvironment)
            ? new Problem(
                ErrorCode.SchedulerRefused,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Results.Count.Of(wanted.Items, "item")} {(wanted.Items == 1 ? "asks" : "ask")} for {wanted.Cpus} cores, which Grid Engine gives in a parallel environment, and {(options.ParallelEnvironment.Length > 0 ? $"there is no '{options.ParallelEnvironment}'" : "none is set")}. Set ParallelEnvironment to one whose slots are all on one host ('allocation_rule $pe_slots'); there are: {known}."))
            : null;
    }

    /// <inheritdoc/>
    public string RemedyFor(string words, BatchOptions options, BatchSite site)
    {
        return Says("queue \"") ? $"Set Partition to one of: {string.Join(", ", site.Partitions.Select(partition => partition.Name))}."
            : Says("project") ? "Set Account to a project of yours: qconf -sprjl lists them."
            : Says("parallel environment") ? $"Set ParallelEnvironment to one of: {string.Join(", ", site.ParallelEnvironments)}."
            : Says("no suitable queues") ? "Ask for less, or for another Partition or ParallelEnvironment. (Loads of hosts count as nothing here; '-w n' in SchedulerOptions has the jobs wait for whatever they ask for.)"
            : options.Options.Count > 0 ? "Look through SchedulerOptions: qsub's own options, with its units, such as '-l h_fsize=8G'."
            : "Ask for less, or ask the cluster's administrator.";

        bool Says(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public string? RemedyForAbsence(string words) =>
        words.Contains("SGE_ROOT", StringComparison.Ordinal) || words.Contains("act_qmaster", StringComparison.Ordinal)
            ? "Its commands don't know where it is: set SGE_ROOT, and SGE_CELL where it isn't 'default', in the environment in which they run; with 'gridengine:' that is the build's."
            : null;

    /// <inheritdoc/>
    public bool IsAbsence(string words) =>
        words.Contains("unable to send message to qmaster", StringComparison.OrdinalIgnoreCase)
        || words.Contains("unable to contact qmaster", StringComparison.OrdinalIgnoreCase)
        || words.Contains("commlib error", StringComparison.OrdinalIgnoreCase);
}
