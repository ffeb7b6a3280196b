using System.Globalization;
using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>What the commands of PBS print, as far as workers are concerned: objects with indented lines <c>NAME = VALUE</c>.</summary>
internal static class PbsAnswers
{
    private const string JobHeader = "Job Id";
    private const string ServerHeader = "Server";
    private const string QueueHeader = "Queue";

    // Of "Exit_status": why the node's daemon ended the job.
    private const int AddressesExceeded = -26;
    private const int MemoryExceeded = -27;
    private const int ProcessorTimeExceeded = -28;
    private const int WallTimeExceeded = -29;

    // Likewise: what was lost with a node or with its daemon. The job is put back; it ends so when it may not be.
    private static readonly HashSet<int> LostWithNode = [-4, -5, -6, -14, -20];

    // From here on it is a signal.
    private const int BySignal = 256;
    private const int Terminated = BySignal + 15;

    // Of "substate": deleted; come to its end, well or not.
    private const int Deleted = 91;
    private const int Finished = 92;
    private const int Failed = 93;

    // The daemon looks at intervals: what has taken nearly all of its memory by then has likely taken more since.
    private const double NearlyAll = 0.97;

    /// <summary>Reads <c>qstat -B -f</c>, <c>qstat -Q -f</c> and <c>pbsnodes -a</c>, one behind the other.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static BatchSite Site(string output)
    {
        var records = Records(output);
        var server = records.FirstOrDefault(record => record.Kind == ServerHeader) ?? throw new FormatException("no server");
        var nodes = records.Where(record => record.Kind.Length == 0 && record["state"].Length > 0).ToList();
        return new BatchSite(
            [.. records.Where(record => record.Kind == QueueHeader).OrderBy(queue => queue.Name, StringComparer.Ordinal).Select(queue => new BatchPartition(
                queue.Name,
                queue.Name == server["default_queue"],
                TimeOf(queue, "resources_default.walltime"),
                TimeOf(queue, "resources_max.walltime"))
            {
                State = queue["enabled"] != "True" ? "disabled" : queue["started"] != "True" ? "stopped" : "",
            })],
            [.. records.Where(record => record.Kind == QueueHeader).SelectMany(queue => NodesOf(queue.Name))],
            (int)Number(server["max_array_size"]) is > 0 and var most ? most : int.MaxValue,
            [])
        {
            Version = server["pbs_version"],
            HasAccounting = server["job_history_enable"] == "True",
        };

        // What a queue doesn't say the server says for all.
        TimeSpan TimeOf(Record queue, string attribute) => ClockTime.Read(queue[attribute]) is var time && time > TimeSpan.Zero ? time : ClockTime.Read(server[attribute]);

        // A node may be a queue's own; the others take the jobs of all queues that have none.
        IEnumerable<BatchNode> NodesOf(string queue) => nodes
            .Where(node => node["queue"] == (nodes.Any(own => own["queue"] == queue) ? queue : ""))
            .Select(node => new BatchNode(queue, new NodeFacts((int)Number(node["resources_available.ncpus"]), Bytes(node["resources_available.mem"]), "", node.Name), node["state"]));
    }

    /// <summary>Reads <c>qstat -f -t</c>: jobs that wait, run or have ended. What is no single worker, the array as a whole, is left out.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<WorkerTask> Jobs(string output) =>
        [.. Records(output).Select(record => record.Kind == JobHeader ? OfJob(record) : throw new FormatException("no jobs")).OfType<WorkerTask>()];

    private static WorkerTask? OfJob(Record job)
    {
        // NUMBER.SERVER; of an array NUMBER[].SERVER, and of one of its workers NUMBER[INDEX].SERVER.
        var open = job.Name.IndexOf('[', StringComparison.Ordinal);
        var close = job.Name.IndexOf(']', StringComparison.Ordinal);
        if (PbsDialect.ArrayOf(job["Job_Name"]) is not { } array || close == open + 1)
        {
            return null;
        }

        var state = job["job_state"];
        var status = job["Exit_status"].Length > 0 ? (int?)Number(job["Exit_status"]) : null;
        var phase = PhaseOf(job, state);
        return new WorkerTask(
            array,
            open < 0 ? job.Name : $"{job.Name[..(open + 1)]}{job.Name[close..]}",
            open < 0 ? 1 : int.Parse(job.Name[(open + 1)..close], CultureInfo.InvariantCulture),
            null,
            phase,
            phase == TaskPhase.Ended ? EndOf(job, status) : TaskEnd.Unknown,
            phase == TaskPhase.Ended && status is not null ? string.Create(CultureInfo.InvariantCulture, $"{state}, Exit_status {status}") : state,
            phase switch
            {
                TaskPhase.Running => "",
                TaskPhase.Held => string.Join(", ", new[] { $"Hold_Types {job["Hold_Types"]}", job["comment"] }.Where(words => words.Length > 0)),
                _ => job["comment"],
            },
            job["exec_host"].Split('/')[0],
            status is null ? 0 : status >= BySignal ? status.Value - BySignal + 128 : status.Value)
        {
            Id = job.Name,
            Signal = status >= BySignal ? status.Value - BySignal : 0,
        };
    }

    // A job that was moved to another server is told of by that one alone.
    private static TaskPhase PhaseOf(Record job, string state) => state switch
    {
        "Q" or "W" or "T" => job["Hold_Types"] is not ("" or "n") ? TaskPhase.Held
            : job["comment"].StartsWith("Can Never Run", StringComparison.OrdinalIgnoreCase) ? TaskPhase.Stuck
            : TaskPhase.Waiting,
        "H" => TaskPhase.Held,
        "R" or "E" or "B" => TaskPhase.Running,
        "S" or "U" => TaskPhase.Suspended,
        "F" or "X" => TaskPhase.Ended,
        _ => TaskPhase.Unknown,
    };

    private static TaskEnd EndOf(Record job, int? status)
    {
        var substate = (int)Number(job["substate"]);
        var isDeleted = substate == Deleted || job["comment"].Contains(" terminated", StringComparison.Ordinal);

        // Without a history little more is told of a worker than that it has ended.
        if (status is null)
        {
            return isDeleted || job["job_state"] == "F" ? TaskEnd.Cancelled : TaskEnd.Unknown;
        }

        // Older versions tell of a limit to the job alone, by the signal that they would delete it with.
        var wasEnded = status is >= BySignal or WorkerArray.Cancelled or (> 128 and < BySignal);
        return status == 0 ? TaskEnd.Completed
            : status is MemoryExceeded or AddressesExceeded || (wasEnded && IsReached(job, "mem", Bytes, NearlyAll)) ? TaskEnd.OutOfMemory
            : status is WallTimeExceeded or ProcessorTimeExceeded || (wasEnded && IsReached(job, "walltime", text => (long)ClockTime.Read(text).TotalSeconds, 1)) ? TaskEnd.TimeLimit
            : LostWithNode.Contains(status.Value) ? TaskEnd.NodeFailed
            : isDeleted || (substate is not (Finished or Failed) && status is Terminated or WorkerArray.Cancelled) ? TaskEnd.Cancelled
            : TaskEnd.Failed;
    }

    private static bool IsReached(Record job, string resource, Func<string, long> read, double share) =>
        read(job["Resource_List." + resource]) is > 0 and var limit && read(job["resources_used." + resource]) >= limit * share;

    private static List<Record> Records(string output)
    {
        var records = new List<Record>();
        foreach (var line in output.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim().Length > 0))
        {
            if (line[0] == '\t')
            {
                (records.Count > 0 ? records[^1] : throw new FormatException("a line that goes on, and none before it")).GoOn(line[1..]);
            }
            else if (line[0] != ' ')
            {
                var words = line.Split(": ", 2);
                records.Add(words.Length == 2 ? new Record(words[0], words[1].Trim()) : new Record("", line.Trim()));
            }
            else
            {
                (records.Count > 0 ? records[^1] : throw new FormatException("an attribute of nothing")).Take(line);
            }
        }

        return records;
    }

    // 263842692kb, 4gb, 512; w is a word of eight bytes.
    private static long Bytes(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = text[digits..].ToLowerInvariant();
        var power = unit.Length == 0 ? 0 : "kmgtp".IndexOf(unit[0], StringComparison.Ordinal) + 1;
        return Number(text[..digits]) * (1L << (10 * power)) * (unit.EndsWith('w') ? 8 : 1);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>An object that PBS tells of.</summary>
    /// <param name="Kind">What stands before its name; empty for a node.</param>
    /// <param name="Name">Its name.</param>
    private sealed record Record(string Kind, string Name)
    {
        private readonly Dictionary<string, string> _attributes = new(StringComparer.Ordinal);
        private string _last = "";

        /// <summary>The value of an attribute; empty without one.</summary>
        public string this[string attribute] => _attributes.GetValueOrDefault(attribute, "");

        public void Take(string line)
        {
            var words = line.Split(" = ", 2);
            if (words.Length == 2)
            {
                _last = words[0].Trim();
                _attributes[_last] = words[1];
            }
        }

        public void GoOn(string rest)
        {
            if (_last.Length > 0)
            {
                _attributes[_last] += rest;
            }
        }
    }
}
