using System.Globalization;
using Clustrix.Schedulers;
using Clustrix.Testing;

namespace Clustrix.Tests.Schedulers;

/// <summary>What a Slurm 22.05.8 printed, as it printed it, is understood; what isn't that isn't guessed at.</summary>
public sealed class WordsOfSlurm
{
    private static readonly SlurmDialect Slurm = new();

    [Fact]
    public void The_queue_tells_each_worker() =>
        Slurm.ReadQueue(Said("queue")).Select(Text).ShouldBe(
        [
            "cancelled 6_1+0 Ended Cancelled CANCELLED on n2",
            "done 3_1+0 Ended Completed COMPLETED on n1",
            "done 3_2+0 Ended Completed COMPLETED on n1",
            "failed 4_1+0 Ended Failed FAILED 7 on n1 (NonZeroExitCode)",
            "signal 5_1+0 Ended Failed FAILED on n2 (JobLaunchFailure)",
            "notlaunched 7_1+0 Ended NotLaunched FAILED on n2 (JobLaunchFailure)",
            "lostnode 8_1+0 Ended NodeFailed NODE_FAIL on n2",
            "again 2_1+2 Waiting Unknown PENDING",
            "running 9_1+1 Waiting Unknown PENDING",
            "running 9_2+1 Waiting Unknown PENDING",
            "wide 13_1+0 Waiting Unknown PENDING (Resources)",
            "held 12_1+0 Held Unknown PENDING (JobHeldUser)",
            "held 12_2+0 Held Unknown PENDING (JobHeldUser)",
            "late 1_1+0 Ended TimeLimit TIMEOUT on n1 (TimeLimit)",
        ]);

    // It has a line for each start, and one for all that wait together.
    [Theory]
    [InlineData("1", "late 1_1+0 Ended TimeLimit TIMEOUT on n1 (TIMEOUT)")]
    [InlineData("2", "again 2_1+2 Waiting Unknown PENDING (BeginTime)")]
    [InlineData("3", "done 3_1+0 Ended Completed COMPLETED on n1 (COMPLETED), done 3_2+0 Ended Completed COMPLETED on n1 (COMPLETED)")]
    [InlineData("4", "failed 4_1+0 Ended Failed FAILED 7 on n1 (FAILED)")]
    [InlineData("5", "signal 5_1+0 Ended Failed FAILED on n2 (FAILED)")]
    [InlineData("6", "cancelled 6_1+0 Ended Cancelled CANCELLED on n2 (CANCELLED by 20022)")]
    [InlineData("7", "notlaunched 7_1+0 Ended NotLaunched FAILED on n2 (FAILED)")]
    [InlineData("8", "lostnode 8_1+0 Ended NodeFailed NODE_FAIL 1 on n2 (NODE_FAIL)")]
    [InlineData("9", "running 9_1+1 Waiting Unknown PENDING (BeginTime), running 9_2+1 Waiting Unknown PENDING (BeginTime)")]
    [InlineData("12", "held 12_1+0 Held Unknown PENDING (JobHeldUser), held 12_2+0 Held Unknown PENDING (JobHeldUser)")]
    public void The_accounting_tells_what_the_queue_has_forgotten(string job, string workers) =>
        Ended(job, Said("accounting"), line => line.StartsWith(job + "_", StringComparison.Ordinal)).ShouldBe(workers);

    [Theory]
    [InlineData("1", "late 1_1+0 Ended TimeLimit TIMEOUT on n1 (TimeLimit)")]
    [InlineData("2", "again 2_1+2 Waiting Unknown PENDING (BeginTime)")]
    [InlineData("3", "done 3_2+0 Ended Completed COMPLETED on n1, done 3_1+0 Ended Completed COMPLETED on n1")]
    [InlineData("4", "failed 4_1+0 Ended Failed FAILED 7 on n1 (NonZeroExitCode)")]
    [InlineData("5", "signal 5_1+0 Ended Failed FAILED on n2 (JobLaunchFailure)")]
    [InlineData("6", "cancelled 6_1+0 Ended Cancelled CANCELLED on n2")]
    [InlineData("7", "notlaunched 7_1+0 Ended NotLaunched FAILED on n2 (JobLaunchFailure)")]
    [InlineData("8", "lostnode 8_1+0 Ended NodeFailed NODE_FAIL on n2")]
    [InlineData("9", "running 9_2+1 Waiting Unknown PENDING (BeginTime), running 9_1+1 Waiting Unknown PENDING (BeginTime)")]
    [InlineData("12", "held 12_1+0 Held Unknown PENDING (JobHeldUser), held 12_2+0 Held Unknown PENDING (JobHeldUser)")]
    public void Without_accounting_the_controller_tells_as_long_as_it_remembers(string job, string workers) =>
        Ended(job, Said("control"), line => line.Contains($" ArrayJobId={job} ", StringComparison.Ordinal)).ShouldBe(workers);

    [Fact]
    public void The_site_tells_partitions_with_their_limits_and_nodes_with_what_they_have()
    {
        var site = Slurm.ReadSite(Said("site"));

        site.MaxArraySize.ShouldBe(1000);
        site.Partitions.ShouldBe(
        [
            new BatchPartition("main", true, TimeSpan.Zero, TimeSpan.Zero) { State = "UP" },
            new BatchPartition("short", false, TimeSpan.Zero, TimeSpan.FromMinutes(10)) { State = "UP" },
            new BatchPartition("small", false, TimeSpan.Zero, TimeSpan.Zero) { State = "UP" },
        ]);
        site.NodesOf("").Select(node => (node.HostName, node.Cores, node.MemoryBytes)).ShouldBe([("n1", 4, 4000L << 20), ("n2", 4, 4000L << 20)]);
        site.NodesOf("small").Select(node => node.HostName).ShouldBe(["n1"]);
    }

    [Theory]
    [InlineData("00:30:00", 30)]
    [InlineData("1-00:00:00", 1440)]
    [InlineData("365-00:00:00", 525_600)]
    [InlineData("UNLIMITED", 0)]
    [InlineData("NONE", 0)]
    public void A_partitions_limit_is_a_length_of_time_or_none(string text, int minutes) =>
        Slurm.ReadSite($"MaxArraySize = 10\nPartitionName=p MaxTime={text}").Partitions.ShouldHaveSingleItem().MaxTime.ShouldBe(TimeSpan.FromMinutes(minutes));

    [Theory]
    [InlineData("PENDING", "Waiting Unknown")]
    [InlineData("CONFIGURING", "Waiting Unknown")]
    [InlineData("REQUEUED", "Waiting Unknown")]
    [InlineData("REQUEUE_FED", "Waiting Unknown")]
    [InlineData("REQUEUE_HOLD", "Held Unknown")]
    [InlineData("SPECIAL_EXIT", "Held Unknown")]
    [InlineData("RESV_DEL_HOLD", "Held Unknown")]
    [InlineData("RUNNING", "Running Unknown")]
    [InlineData("COMPLETING", "Running Unknown")]
    [InlineData("SIGNALING", "Running Unknown")]
    [InlineData("STAGE_OUT", "Running Unknown")]
    [InlineData("RESIZING", "Running Unknown")]
    [InlineData("SUSPENDED", "Suspended Unknown")]
    [InlineData("STOPPED", "Suspended Unknown")]
    [InlineData("COMPLETED", "Ended Completed")]
    [InlineData("FAILED", "Ended Failed")]
    [InlineData("OUT_OF_MEMORY", "Ended OutOfMemory")]
    [InlineData("TIMEOUT", "Ended TimeLimit")]
    [InlineData("DEADLINE", "Ended TimeLimit")]
    [InlineData("NODE_FAIL", "Ended NodeFailed")]
    [InlineData("BOOT_FAIL", "Ended NodeFailed")]
    [InlineData("PREEMPTED", "Ended Preempted")]
    [InlineData("CANCELLED", "Ended Cancelled")]
    [InlineData("REVOKED", "Ended Cancelled")]
    [InlineData("DREAMING", "Unknown Unknown")]
    public void Each_state_means_something_and_a_new_one_is_kept_as_text(string state, string meaning)
    {
        foreach (var task in new[] { Slurm.ReadQueue(Line(state)).ShouldHaveSingleItem(), Slurm.ReadEnded("1", $"1_1|name|{(state == "CANCELLED" ? "CANCELLED by 20022" : state)}|0:0|n1|None").ShouldNotBeNull().ShouldHaveSingleItem() })
        {
            $"{task.Phase} {task.End}".ShouldBe(meaning);
            task.State.ShouldBe(state);
        }
    }

    // All that a controller without its state doesn't know is closed in the accounting.
    [Fact]
    public void Whom_nobody_has_cancelled_is_forgotten() =>
        Slurm.ReadEnded("1", "1_1|name|CANCELLED|0:0|n1|None\n1_[2-3]|name|CANCELLED|0:0|None assigned|Priority\n").ShouldNotBeNull().Select(task => $"{task.Index}: {task.Cause}")
            .ShouldBe(["1: nobody knows how (forgotten)", "2: nobody knows how (forgotten)", "3: nobody knows how (forgotten)"]);

    [Fact]
    public void Whom_the_queue_lacks_says_nothing_of_what_it_said_before()
    {
        var waiting = Slurm.ReadQueue(Line("PENDING")).ShouldHaveSingleItem() with { Reason = "Priority" };

        waiting.AsDeleted().Cause.ShouldBe("somebody cancelled it (gone from the queue before it ran)");
        waiting.AsForgotten().Cause.ShouldBe("nobody knows how (forgotten)");
        (waiting.AsDeleted() with { State = "" }).Cause.ShouldBe("somebody cancelled it");
    }

    [Theory]
    [InlineData("7_[1-3]", "1 2 3")]
    [InlineData("7_[1-3%2]", "1 2 3")]
    [InlineData("7_[2,4-5,9]", "2 4 5 9")]
    [InlineData("7_[1-2,4,...]", "1 2 4")]
    [InlineData("7_1.batch", "")]
    [InlineData("7", "")]
    public void Workers_that_wait_together_are_told_one_by_one(string id, string workers) =>
        string.Join(' ', Slurm.ReadEnded("7", $"{id}|name|PENDING|0:0|None assigned|Priority").ShouldNotBeNull().Select(task => task.Index)).ShouldBe(workers);

    [Theory]
    [InlineData("0:9", "it was ended by signal 9 (SIGKILL) (FAILED)")]
    [InlineData("0:15", "it was ended by signal 15 (SIGTERM) (FAILED)")]
    [InlineData("0:33", "it was ended by signal 33 (FAILED)")]
    [InlineData("7:0", "it failed with exit code 7 (FAILED)")]
    public void Who_is_ended_by_a_signal_has_no_exit_code(string code, string cause) =>
        Slurm.ReadEnded("1", $"1_1|name|FAILED|{code}|n1|None").ShouldNotBeNull().ShouldHaveSingleItem().Cause.ShouldBe(cause);

    [Theory]
    [InlineData("JobHeldUser")]
    [InlineData("JobHeldAdmin")]
    [InlineData("JobHoldMaxRequeue")]
    [InlineData("launch failed requeued held")]
    [InlineData("launch_failed_requeued_held")]
    [InlineData("job requeued in held state")]
    public void What_waits_for_somebody_to_release_it_is_held(string reason)
    {
        Slurm.ReadEnded("1", $"1_1|name|PENDING|0:0||{reason}").ShouldNotBeNull().ShouldHaveSingleItem().Phase.ShouldBe(TaskPhase.Held);
        Slurm.ReadEnded("1", $"1_1|name|FAILED|0:0|n1|{reason}").ShouldNotBeNull().ShouldHaveSingleItem().Phase.ShouldBe(TaskPhase.Ended);
    }

    [Fact]
    public void The_site_tells_its_version_its_accounting_and_the_state_of_its_partitions()
    {
        var site = Slurm.ReadSite(Said("site"));

        (site.Version, site.HasAccounting).ShouldBe(("22.05.8", true));
        site.Partitions.Select(partition => partition.State).ShouldBe(["UP", "UP", "UP"]);
        Slurm.ReadSite("MaxArraySize = 10\nAccountingStorageType = accounting_storage/none\nclustrix-node|main|n1|4|4000|drained").ShouldSatisfyAllConditions(
            other => other.HasAccounting.ShouldBeFalse(),
            other => other.Nodes.ShouldHaveSingleItem().State.ShouldBe("drained"));
    }

    [Fact]
    public void Nothing_is_no_workers()
    {
        Slurm.ReadQueue("\n").ShouldBeEmpty();
        Slurm.ReadEnded("1", "").ShouldBeNull();
    }

    [Theory]
    [InlineData("slurm_load_jobs error: Unable to contact slurm controller")]
    [InlineData("Welcome to the cluster!")]
    public void What_is_no_answer_is_not_guessed_at(string words)
    {
        Should.Throw<FormatException>(() => Slurm.ReadQueue(words));
        Should.Throw<FormatException>(() => Slurm.ReadEnded("1", words));
        Should.Throw<FormatException>(() => Slurm.ReadSite(words));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1.5")]
    public void A_number_that_is_none_is_not_guessed_at(string number) => Should.Throw<FormatException>(() => Slurm.ReadQueue(Line("RUNNING", number)));

    private static string Ended(string job, string said, Func<string, bool> isOfJob) =>
        string.Join(", ", Slurm.ReadEnded(job, string.Concat(said.Split('\n').Where(isOfJob).Select(line => line + "\n"))).ShouldNotBeNull().Select(Text));

    private static string Said(string what) => File.ReadAllText(Repository.At($"tests/Clustrix.Testing/Slurm/Said/{what}.txt"));

    private static string Line(string state, string restarts = "0") => $"{"1_1",40}{"name",60}{state,20}{restarts,8}{"0",12}{"n1",60}{"None",160}\n";

    private static string Text(WorkerTask task) => string.Create(
        CultureInfo.InvariantCulture,
        $"{task.Array} {task.Id}+{task.Restarts} {task.Phase} {task.End} {task.State}{(task.ExitCode > 0 ? $" {task.ExitCode}" : "")}{(task.Node.Length > 0 ? $" on {task.Node}" : "")}{(task.Reason.Length > 0 ? $" ({task.Reason})" : "")}");
}
