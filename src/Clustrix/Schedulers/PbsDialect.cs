using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>OpenPBS and PBS Professional: qsub, qstat, qselect, qdel, pbsnodes. Written from their sources and records; not tried against a real one.</summary>
internal sealed class PbsDialect : IBatchDialect
{
    // A job's name begins with a letter, as a run's id doesn't.
    private const string NamePrefix = "cx.";

    // A server that keeps no history has nothing to tell when it is asked for one, also of what it has, and its commands exit with 0.
    private const string FindJobs = """
        set -f
        jobs_of() { found=$(qselect -x -N "$1" 2>/dev/null); [ -n "$found" ] || found=$(qselect -N "$1"); }
        """;

    // The long form, whose long lines are broken: the JSON of some versions is none, or holds one job of many. Jobs that have gone by now
    // (153), or are history (35), are told of on standard error alone.
    private const string TellJobs = """
        tell() {
        	told=$(qstat -x -f -t "$@") || case $? in 35 | 153) ;; *) return 1 ;; esac
        	[ -n "$told" ] || told=$(qstat -f -t "$@") || case $? in 35 | 153) ;; *) return 1 ;; esac
        	printf '%s\n' "$told" | awk '
        		function end() { if (line ~ /^Job Id: / || line ~ /^ +(Job_Name|job_state|substate|exec_host|Hold_Types|comment|Exit_status|Resource_List[.](mem|walltime)|resources_used[.](mem|walltime)) = /) print line }
        		/^\t/ { line = line substr($0, 2); next }
        		{ end(); line = $0 }
        		END { end() }'
        }
        """;

    private static readonly string[] OfIdentity = ["-N", "-J", "-o", "-e", "-j", "-k", "-S"];
    private static readonly string[] OfAnswer = ["-I", "-z"];

    /// <inheritdoc/>
    public string Name => "PBS";

    /// <inheritdoc/>
    public IReadOnlyList<string> Variables { get; } = ["PBS_CONF_FILE", "PBS_DEFAULT", "PBS_SERVER"];

    /// <inheritdoc/>
    public string Partition => "queue";

    /// <inheritdoc/>
    public TimeSpan AccountingDelay => TimeSpan.Zero;

    /// <inheritdoc/>
    public bool TellsOfDeleted => false;

    /// <inheritdoc/>
    public string MemoryWords => "";

    /// <inheritdoc/>
    public string WithoutAccounting => "nobody can say how workers ended, nor tell one that somebody deletes from one that is lost; job_history_enable of the server has it kept";

    /// <inheritdoc/>
    public string SiteCommand => "qstat -B -f && qstat -Q -f && nodes=$(pbsnodes -a) && printf '%s\\n' \"$nodes\" | grep -E '^[^ ]|^ +(state|queue|resources_available[.](ncpus|mem)) = '";

    /// <inheritdoc/>
    public string SubmitCommand => "qsub";

    /// <inheritdoc/>
    public string QueueCommand => $$"""
        {{FindJobs}}
        {{TellJobs}}
        jobs=
        for name in $(printf '%s\n' "$CLUSTRIX_JOBS" | tr , ' '); do
        	jobs_of "{{NamePrefix}}$name" || exit
        	jobs="$jobs $found"
        done
        set -- $jobs
        [ $# -eq 0 ] || tell "$@"
        """;

    // Who pays is checked, if at all, by what an administrator has written.
    /// <inheritdoc/>
    public string AccountsCommand => ":";

    /// <inheritdoc/>
    public string QosCommand => "";

    /// <summary>What a job is called of whose array the name is known.</summary>
    public static string JobNameOf(string array) => NamePrefix + array;

    /// <summary>The array that a job is called after; null when it is none of ours.</summary>
    public static string? ArrayOf(string jobName) => jobName.StartsWith(NamePrefix, StringComparison.Ordinal) ? jobName[NamePrefix.Length..] : null;

    /// <inheritdoc/>
    public string Script(WorkerArray array, BatchOptions options)
    {
        List<string> script = ["-S /bin/sh", $"-N {JobNameOf(array.Name)}"];

        // It refuses an array of one.
        var isArray = array.Workers > 1;
        if (isArray)
        {
            script.Add(string.Create(CultureInfo.InvariantCulture, $"-J 1-{array.Workers}"));
        }

        script.AddRange([$"-j oe -o {array.LogOf(array.Name, isArray ? "^array_index^" : "1")}", "-m n", "-r y"]);

        // Its mb is 2^20 bytes.
        var memory = array.Class.Memory > 0 ? string.Create(CultureInfo.InvariantCulture, $":mem={(array.Class.Memory + (1 << 20) - 1) >> 20}mb") : "";
        script.Add(string.Create(CultureInfo.InvariantCulture, $"-l select=1:ncpus={array.Class.Cpus}{memory}"));
        if (options.TimeLimit > TimeSpan.Zero)
        {
            script.Add($"-l walltime={ClockTime.Of(options.TimeLimit)}");
        }

        if (options.Partition.Length > 0)
        {
            script.Add($"-q {options.Partition}");
        }

        if (options.Account.Length > 0)
        {
            script.Add($"-A {options.Account}");
        }

        // It counts starts, and doesn't tell the job.
        return WorkerScript.Of("#PBS", [.. script, .. options.Options], array, "${PBS_ARRAY_INDEX:-1}", "$(date +%s)x$$");
    }

    /// <inheritdoc/>
    public string FindCommand(string name) => $$"""
        {{FindJobs}}
        jobs_of {{ShellText.Quote(JobNameOf(name))}} || exit
        printf '%s\n' "$found" | head -n 1
        """;

    /// <inheritdoc/>
    public string EndedCommand(string name, string job) => $$"""
        {{TellJobs}}
        tell {{ShellText.Quote(job)}}
        """;

    // By name: a server that was set up anew gives numbers again.
    /// <inheritdoc/>
    public string CancelCommand(IReadOnlyDictionary<string, string> jobs) => $$"""
        set -f
        jobs=
        for name in {{ShellText.Join(jobs.Keys.Select(JobNameOf))}}; do
        	found=$(qselect -N "$name") || exit
        	jobs="$jobs $found"
        done
        set -- $jobs
        [ $# -eq 0 ] || qdel "$@"
        """;

    // With those that run: these find out by themselves that the run is over.
    /// <inheritdoc/>
    public string CancelWaitingCommand(IReadOnlyCollection<WorkerTask> workers) => CancelCommand(workers.DistinctBy(worker => worker.Array).ToDictionary(worker => worker.Array, worker => worker.Job));

    /// <inheritdoc/>
    public bool IsEnded(string line) =>
        line.Contains("Unknown Job Id", StringComparison.OrdinalIgnoreCase) || line.Contains("has finished", StringComparison.OrdinalIgnoreCase) || line.Contains("invalid for state", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool IsEnding(string line) => false;

    /// <inheritdoc/>
    public BatchSite ReadSite(string output) => PbsAnswers.Site(output);

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask> ReadQueue(string output) => PbsAnswers.Jobs(output);

    /// <inheritdoc/>
    public IReadOnlyList<WorkerTask>? ReadEnded(string job, string output) => output.Trim().Length == 0 ? null : PbsAnswers.Jobs(output);

    /// <inheritdoc/>
    public Problem? FaultOf(ResourceClass wanted, BatchOptions options, BatchSite site) => options.ParallelEnvironment.Length > 0
        ? new Problem(ErrorCode.SchedulerRefused, "ParallelEnvironment is set, which is Grid Engine's. Leave it out: PBS gives Cpus without.")
        : OwnOptions.FaultOf(options.Options, word => OfIdentity.Contains(word) ? OwnOptions.Identity : OfAnswer.Contains(word) ? OwnOptions.Answer : null) ?? OnlySlurm.FaultOf(wanted, options, Name, "-l ngpus=1");

    /// <inheritdoc/>
    public string RemedyFor(string words, BatchOptions options, BatchSite site)
    {
        return Says("unknown queue") || Says("queue is not enabled") || Says("access to queue") ? $"Set Partition to one of: {string.Join(", ", site.Partitions.Select(partition => partition.Name))}."
            : Says("account") ? "Set Account to one of yours."
            : Says("project") ? "Name a project of yours in SchedulerOptions, as in '-P NAME'."
            : Says("resource limits") || Says("would exceed") ? "Ask for less (Cpus, Memory, TimeLimit), or choose another Partition: qstat -Q -f tells the limits of each."
            : Says("array job exceeds") ? "Set Workers to at most what the queue takes as one array: qstat -Q -f tells it as max_array_size."
            : options.Options.Count > 0 ? "Look through SchedulerOptions: qsub's own options, with its units, such as '-l place=excl'."
            : "Ask for less, or ask the cluster's administrator.";

        bool Says(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public string? RemedyForAbsence(string words) => words.Contains("pbs.conf", StringComparison.OrdinalIgnoreCase) || words.Contains("PBS_CONF", StringComparison.Ordinal)
        ? "Its commands find no configuration there: set PBS_CONF_FILE to the path of pbs.conf in the environment in which they run; with 'pbs:' that is the build's."
        : words.StartsWith("SGE ", StringComparison.Ordinal) ? "This is Grid Engine's, whose commands have the same names: write gridengine:// instead of pbs://."
        : null;

    /// <inheritdoc/>
    public bool IsAbsence(string words) =>
        words.Contains("cannot connect to server", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Couldn't connect to cluster", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Connection refused", StringComparison.OrdinalIgnoreCase)
        || words.Contains("Server shutting down", StringComparison.OrdinalIgnoreCase);
}
