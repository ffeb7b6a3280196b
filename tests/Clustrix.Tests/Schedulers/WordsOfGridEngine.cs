using Clustrix.Diagnostics;
using Clustrix.Schedulers;
using Clustrix.Testing;

namespace Clustrix.Tests.Schedulers;

/// <summary>What a Grid Engine 8.1.9 said, as it is read, and what it is told.</summary>
public sealed class WordsOfGridEngine
{
    private const string Run = "20261121-120000-abc123";

    private static readonly GridEngineDialect Dialect = new();

    [Fact]
    public void Every_worker_in_the_queue_is_told_with_what_it_waits_for()
    {
        Dialect.ReadQueue(Said("queue")).Select(task => (task.Array, task.Job, task.Index, task.Phase, task.State, task.Node, task.Reason)).ShouldBe(
        [
            ($"{Run}.c0.1", "1", 1, TaskPhase.Running, "r", "n1", ""),
            ($"{Run}.c0.1", "1", 3, TaskPhase.Running, "r", "n1", ""),
            ($"{Run}.c7.1", "8", 1, TaskPhase.Running, "Rr", "n2", ""),
            ($"{Run}.c4.1", "5", 1, TaskPhase.Waiting, "qw", "", "(-l h_vmem=6G) cannot run at host \"n2\" because it offers only hc:h_vmem=2.990G"),
            ($"{Run}.c3.1", "4", 1, TaskPhase.Stuck, "Eqw", "", "error: can't open output file \"/nowhere/log\": No such file or directory"),
            ($"{Run}.c3.1", "4", 2, TaskPhase.Stuck, "Eqw", "", "error: can't open output file \"/nowhere/log\": No such file or directory"),
            ($"{Run}.c5.1", "6", 1, TaskPhase.Held, "hqw", "", ""),
        ]);
    }

    [Theory]
    [InlineData("cannot run in queue \"short.q\" because it is not contained in its hard queue list (-q)")]
    [InlineData("does not request 'forced' resource \"short\" of queue instance short.q@n1")]
    [InlineData("There are no messages available")]
    public void What_says_nothing_of_a_job_is_no_reason(string other)
    {
        var said = Said("queue").Replace("(-l h_vmem=6G) cannot run at host \"n1\" because it offers only hc:h_vmem=2.000G", "queue instance \"main.q@n1\" dropped because it is full", StringComparison.Ordinal)
            .Replace("(-l h_vmem=6G) cannot run at host \"n2\" because it offers only hc:h_vmem=2.990G", other, StringComparison.Ordinal);

        Dialect.ReadQueue(said).Single(task => task.Job == "5").Reason.ShouldBe("queue instance \"main.q@n1\" dropped because it is full");
    }

    [Theory]
    [InlineData("t", TaskPhase.Running)]
    [InlineData("Rt", TaskPhase.Running)]
    [InlineData("Rq", TaskPhase.Waiting)]
    [InlineData("hRwq", TaskPhase.Held)]
    [InlineData("s", TaskPhase.Suspended)]
    [InlineData("S", TaskPhase.Suspended)]
    [InlineData("RsST", TaskPhase.Suspended)]
    [InlineData("dr", TaskPhase.Running)]
    [InlineData("dRr", TaskPhase.Running)]
    [InlineData("dEqw", TaskPhase.Running)]
    [InlineData("Ehqw", TaskPhase.Stuck)]
    [InlineData("xyzzy", TaskPhase.Unknown)]
    [InlineData("", TaskPhase.Unknown)]
    public void Every_state_means_something_and_an_unknown_one_is_no_end(string state, object phase) =>
        Dialect.ReadQueue(Said("queue").Replace("<state>Rr</state>", $"<state>{state}</state>", StringComparison.Ordinal)).Single(task => task.Job == "8").Phase.ShouldBe((TaskPhase)phase);

    [Fact]
    public void The_accounting_tells_the_causes_of_ends_apart()
    {
        var ended = Dialect.ReadEnded("1", Said("accounts")).ShouldNotBeNull().ToDictionary(task => $"{task.Array[(Run.Length + 1)..]} {task.Index}", task => (task.End, task.ExitCode));

        ended.ShouldBe(
            new Dictionary<string, (TaskEnd, int)>
            {
                ["c0.1 1"] = (TaskEnd.Cancelled, 97),
                ["c0.1 2"] = (TaskEnd.Failed, 7),
                ["c0.1 3"] = (TaskEnd.Cancelled, 140),
                ["c0.1 4"] = (TaskEnd.Completed, 0),
                ["c0.1 5"] = (TaskEnd.Failed, 98),
                ["c1.1 1"] = (TaskEnd.Failed, 1),
                ["c2.1 1"] = (TaskEnd.TimeLimit, 140),
                ["c7.1 1"] = (TaskEnd.Cancelled, 140),
            },
            ignoreOrder: true);
    }

    [Fact]
    public void A_worker_that_had_taken_all_of_its_memory_when_it_was_killed_is_out_of_it()
    {
        var record = """
            hostname     n1
            jobname      cx.20261121-120000-abc123.c1.1
            jobnumber    2
            taskid       1
            slots        2
            failed       100 : assumedly after job
            exit_status  137                  (Killed)
            maxvmem      127.9MB
            category     -l h_vmem=64M -pe smp 2
            """;

        Dialect.ReadEnded("2", record).ShouldNotBeNull().ShouldHaveSingleItem().End.ShouldBe(TaskEnd.OutOfMemory);
        var killed = Dialect.ReadEnded("2", record.Replace("127.9MB", "60.0MB", StringComparison.Ordinal)).ShouldNotBeNull().ShouldHaveSingleItem();
        (killed.End, killed.Cause).ShouldBe((TaskEnd.Failed, "it was ended by signal 9 (SIGKILL) (failed 100 : assumedly after job)"));
    }

    [Fact]
    public void An_accounting_that_cant_be_read_tells_nothing_and_an_empty_one_that_nobody_ran()
    {
        Dialect.ReadEnded("1", "unaccounted\n").ShouldBeNull();
        Dialect.ReadEnded("1", "").ShouldNotBeNull().ShouldBeEmpty();
    }

    [Fact]
    public void A_site_has_its_queues_with_their_slots_and_the_memory_of_their_hosts()
    {
        var site = Dialect.ReadSite(Said("site"));

        site.Partitions.Select(queue => (queue.Name, queue.MaxTime)).ShouldBe([("broken.q", TimeSpan.Zero), ("main.q", TimeSpan.Zero), ("short.q", TimeSpan.FromMinutes(10))], ignoreOrder: true);
        site.NodesOf("main.q@n1").Select(node => (node.HostName, node.Cores, node.MemoryBytes >> 30)).ShouldBe([("n1", 4, 23), ("n2", 4, 23)]);
        site.NodesOf("").Count.ShouldBe(2);
        site.MaxArraySize.ShouldBe(75000);
        site.ParallelEnvironments.ShouldBe(["smp"]);
    }

    [Fact]
    public void A_script_asks_for_memory_by_the_slot_and_for_time_in_seconds()
    {
        var array = new WorkerArray($"{Run}.c0.1", Run, new ResourceClass("c0", 1, 3, 1_000_000_000, 40), 7, "/store", "token", "run/x", TimeSpan.FromHours(1));
        var options = new BatchOptions
        {
            Scheduler = "gridengine",
            Partition = "main.q",
            Account = "rocket",
            ParallelEnvironment = "smp",
            TimeLimit = TimeSpan.FromHours(1),
            Options = ["-l short"],
        };

        Dialect.Script(array, options).Split('\n').Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal)).ShouldBe(
        [
            "#!/bin/sh",
            "#$ -S /bin/sh",
            $"#$ -N cx.{Run}.c0.1",
            "#$ -t 1-7",
            $"#$ -j y -o /store/run/x/jobs/{Run}.c0.1.$TASK_ID.log",
            "#$ -wd /",
            "#$ -r y",
            "#$ -notify",
            "#$ -w e",
            "#$ -q main.q",
            "#$ -P rocket",
            "#$ -pe smp 3",
            "#$ -l h_vmem=318M",
            "#$ -l h_rt=3600",
            "#$ -l short",
        ]);
    }

    [Fact]
    public void Output_of_something_else_is_no_answer() =>
        Should.Throw<FormatException>(() => Dialect.ReadQueue("Welcome to the cluster!\n"));

    [Fact]
    public void What_it_cant_give_at_all_is_told_before_anything_is_submitted()
    {
        var site = Dialect.ReadSite(Said("site"));
        var options = new BatchOptions { Scheduler = "gridengine", ParallelEnvironment = "mpi" };

        Dialect.FaultOf(new ResourceClass("c0", 1, 1, 0, 1), options, site).ShouldBeNull();
        Dialect.FaultOf(new ResourceClass("c0", 2, 1, 0, 1), options, site)!.Code.ShouldBe(ErrorCode.RequestTooLarge);
        var unknown = Dialect.FaultOf(new ResourceClass("c0", 1, 2, 0, 1), options, site)!;
        unknown.Code.ShouldBe(ErrorCode.SchedulerRefused);
        unknown.Message.ShouldContain("there is no 'mpi'. Set ParallelEnvironment");
        Dialect.FaultOf(new ResourceClass("c0", 1, 1, 0, 1), options with { Gres = "gpu:1" }, site)!.Message.ShouldContain("Gres is set, which is Slurm's");
    }

    private static string Said(string what) => File.ReadAllText(Repository.At($"tests/Clustrix.Testing/GridEngine/Said/{what}.txt"));
}
