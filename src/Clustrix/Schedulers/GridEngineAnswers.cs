using System.Globalization;
using System.Xml.Linq;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>What Grid Engine's commands print, as far as workers are concerned.</summary>
internal static class GridEngineAnswers
{
    // Of "failed": what happened before the job ran, after which it is in the queue again, or stuck there.
    private static readonly HashSet<int> NotAnEnd = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 27, 28, 29, 30, 38];

    // execd looks each second or so: what has taken nearly all of it by then has likely taken more since.
    private const double NearlyAll = 0.97;

    // Of "scheduling info": queues that a job isn't for, what its state says already, and that the scheduler hasn't come to the job.
    private static readonly string[] NoReasons = ["There are no messages available", "not contained in its hard queue list", "does not request 'forced' resource", "All queues dropped", "Job is in hold state", "Job is in error state"];

    private const int LimitReached = 37;
    private const int BySignal = 100;

    // Of "exit_status": what a signal's number is added to.
    private const int ShellSignal = 128;

    // Likewise: ended by SIGUSR2, before the worker could listen to it.
    private const int ByNotice = 140;

    /// <summary>Reads <c>qhost -q -xml</c>, <c>qconf -sq</c>, a line of <c>qconf -sconf</c>, and a line <c>pe NAME</c> for each parallel environment.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static BatchSite Site(string output)
    {
        const string End = "</qhost>";
        var end = output.IndexOf(End, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new FormatException("no list of hosts");
        }

        var nodes = XDocument.Parse(output[..(end + End.Length)]).Root!.Elements("host").SelectMany(host => host.Elements("queue").Select(queue => new BatchNode(
            (string?)queue.Attribute("name") ?? "",
            new NodeFacts(
                (int)Number(Value(queue, "queuevalue", "slots")),
                Bytes(Value(host, "hostvalue", "mem_total")),
                "",
                (string?)host.Attribute("name") ?? ""),
            Value(queue, "queuevalue", "state_string")))).ToList();
        var queues = new List<BatchPartition>();
        var maximum = 0;
        var environments = new List<string>();
        var version = "";
        var hasAccounting = false;
        foreach (var line in output[(end + End.Length)..].Split('\n'))
        {
            switch (line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries))
            {
                case ["qname", var name, ..]:
                    queues.Add(new BatchPartition(name, IsDefault: false, TimeSpan.Zero, TimeSpan.Zero));
                    break;
                case ["h_rt", var limit, ..] when queues.Count > 0:
                    // Hosts may differ in it: what holds for most comes first.
                    queues[^1] = queues[^1] with { MaxTime = ClockTime.Read(limit.Split(',')[0]) };
                    break;
                case ["max_aj_tasks", var most, ..]:
                    maximum = (int)Number(most);
                    break;
                case ["version", .. var words]:
                    // SGE 8.1.9
                    version = string.Join(' ', words);
                    break;
                case ["accounting"]:
                    hasAccounting = true;
                    break;
                case ["pe", var name, ..]:
                    environments.Add(name);
                    break;
            }
        }

        // 0 is without limit.
        return new BatchSite([.. queues.OrderBy(queue => queue.Name, StringComparer.Ordinal)], nodes, maximum > 0 ? maximum : int.MaxValue, environments) { Version = version, HasAccounting = hasAccounting };
    }

    /// <summary>Reads the <c>job_list</c> elements of <c>qstat -xml -g d</c> in an element, and behind it what <c>qstat -j</c> says of jobs that wait.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<WorkerTask> Queue(string output)
    {
        const string End = "</queue>";
        var end = output.IndexOf(End, StringComparison.Ordinal);
        if (end < 0)
        {
            return output.Trim().Length == 0 ? [] : throw new FormatException("no queue");
        }

        var reasons = Reasons(output[(end + End.Length)..]);
        return [.. XDocument.Parse(output[..(end + End.Length)]).Root!.Elements("job_list").Select(element =>
        {
            var job = (string?)element.Element("JB_job_number") ?? throw new FormatException("a job without a number");
            var state = (string?)element.Element("state") ?? "";
            var place = ((string?)element.Element("queue_name") ?? "").Split('@');
            return GridEngineDialect.ArrayOf((string?)element.Element("JB_name") ?? "") is { } array && int.TryParse((string?)element.Element("tasks"), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new WorkerTask(
                    array,
                    job,
                    index,
                    null,
                    PhaseOf(state),
                    TaskEnd.Unknown,
                    state,
                    state.Contains("qw", StringComparison.Ordinal) && PhaseOf(state) != TaskPhase.Held ? reasons.GetValueOrDefault((job, state.Contains('E') ? index : 0), "") : "",
                    place.Length > 1 ? place[1] : "",
                    0)
                : null;
        }).OfType<WorkerTask>()];
    }

    /// <summary>Reads the records of <c>qacct -j</c>: how those ended that are over. Of one that was started several times the last record counts.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<WorkerTask> Accounting(string output)
    {
        var records = new List<Dictionary<string, string>>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            var (field, value) = blank < 0 ? (line, "") : (line[..blank], line[blank..].Trim());
            if (field == "hostname")
            {
                records.Add(new Dictionary<string, string>(StringComparer.Ordinal));
            }

            if (records.Count == 0)
            {
                throw new FormatException("a record without a host");
            }

            records[^1][field] = value;
        }

        return [.. records.GroupBy(record => (record["jobname"], record["taskid"])).Select(group => OfRecord(group.Last())).OfType<WorkerTask>()];
    }

    private static WorkerTask? OfRecord(Dictionary<string, string> record)
    {
        var failed = (int)Number(record["failed"].Split(' ', ':')[0]);
        if (NotAnEnd.Contains(failed)
            || GridEngineDialect.ArrayOf(record["jobname"]) is not { } array
            || !int.TryParse(record["taskid"], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        var exit = (int)Number(record["exit_status"].Split(' ')[0]);
        var slots = Math.Max(1, Number(record.GetValueOrDefault("slots", "1")));
        var limit = record.GetValueOrDefault("category", "").Split(' ', ',').FirstOrDefault(word => word.StartsWith("h_vmem=", StringComparison.Ordinal)) is { } memory ? Bytes(memory["h_vmem=".Length..]) * slots : 0;
        var wasFull = limit > 0 && Bytes(record.GetValueOrDefault("maxvmem", "0")) >= limit * NearlyAll;
        var end = failed is LimitReached or BySignal && wasFull ? TaskEnd.OutOfMemory
            : failed == LimitReached ? TaskEnd.TimeLimit
            : exit is WorkerArray.Cancelled or ByNotice ? TaskEnd.Cancelled
            : failed is >= 17 and <= 21 ? TaskEnd.NodeFailed
            : failed != BySignal && exit == 0 ? TaskEnd.Completed
            : TaskEnd.Failed;
        return new WorkerTask(
            array, record["jobnumber"], index, null, TaskPhase.Ended, end, failed == 0 ? "ended" : $"failed {string.Join(' ', record["failed"].Split(' ', StringSplitOptions.RemoveEmptyEntries))}", "", record["hostname"], exit)
        {
            Signal = failed == BySignal && exit > ShellSignal ? exit - ShellSignal : 0,
        };
    }

    // Letters, each for itself: a job may be suspended and be deleted at once.
    private static TaskPhase PhaseOf(string state) =>
        state.Length == 0 || state.Any(letter => !"dEhqrRsStTwz".Contains(letter, StringComparison.Ordinal)) ? TaskPhase.Unknown
        : state.Contains('z') ? TaskPhase.Ended
        : state.Contains('d') ? TaskPhase.Running
        : state.Contains('E') ? TaskPhase.Stuck
        : state.Contains('h') ? TaskPhase.Held
        : state.Contains('q') || state.Contains('w') ? TaskPhase.Waiting
        : state.IndexOfAny(['s', 'S', 'T']) >= 0 ? TaskPhase.Suspended
        : TaskPhase.Running;

    // By job and task; 0 for the job as a whole.
    private static Dictionary<(string Job, int Task), string> Reasons(string output)
    {
        var reasons = new Dictionary<(string, int), string>();
        var job = "";
        var scheduling = new List<string>();
        foreach (var line in output.Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line.StartsWith("job_number:", StringComparison.Ordinal))
            {
                Take();
                job = line[(colon + 1)..].Trim();
            }
            else if (line.StartsWith("error reason", StringComparison.Ordinal) && colon > 0)
            {
                // error reason   TASK:   DATE TIME [UID:PID]: WORDS
                var words = line[(colon + 1)..].Trim();
                var bracket = words.IndexOf("]: ", StringComparison.Ordinal);
                reasons[(job, (int)Number(line["error reason".Length..colon].Trim()))] = bracket > 0 ? words[(bracket + 3)..] : words;
            }
            else if (line.StartsWith("scheduling info:", StringComparison.Ordinal))
            {
                scheduling.Add(line[(colon + 1)..].Trim());
            }
            else if (line.StartsWith(' ') && scheduling.Count > 0)
            {
                scheduling.Add(line.Trim());
            }
        }

        Take();
        return reasons;

        // Grid Engine says something of each queue, also of those that the job isn't for. That it can't be run somewhere says more than that others are.
        void Take()
        {
            var telling = scheduling.FindAll(line => !NoReasons.Any(words => line.Contains(words, StringComparison.Ordinal)));
            if (telling.Count > 0)
            {
                reasons[(job, 0)] = telling.FindLast(line => line.Contains("cannot run", StringComparison.Ordinal)) ?? telling[0];
            }

            scheduling.Clear();
        }
    }

    private static string Value(XElement element, string kind, string name) =>
        (string?)element.Elements(kind).FirstOrDefault(value => (string?)value.Attribute("name") == name) ?? "";

    // 23.5G, 1.496MB, 50M; lower-case letters are powers of a thousand. 0 for what isn't known.
    private static long Bytes(string text)
    {
        var number = text.TrimEnd('B');
        var unit = number.Length == 0 ? 1 : number[^1] switch
        {
            'K' => 1L << 10,
            'M' => 1L << 20,
            'G' => 1L << 30,
            'T' => 1L << 40,
            'k' => 1_000,
            'm' => 1_000_000,
            'g' => 1_000_000_000,
            't' => 1_000_000_000_000,
            _ => 1,
        };
        return double.TryParse(unit > 1 ? number[..^1] : number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? (long)(value * unit) : 0;
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
