using Clustrix.Diagnostics;
using Clustrix.Schedulers;
using Clustrix.Testing.Pbs;

namespace Clustrix.Tests.Schedulers;

/// <summary>What PBS says, by its sources and by what others have recorded, as it is read, and what it is told. No server was at hand.</summary>
public sealed class WordsOfPbs
{
    private const string Run = "20261121-120000-abc123";

    private static readonly BatchOptions Usual = new() { Scheduler = "pbs" };
    private static readonly PbsDialect Dialect = new();

    [Fact]
    public void Every_worker_is_told_with_what_it_waits_for_and_how_it_ended()
    {
        Dialect.ReadQueue(PbsFacts.Jobs).Select(task => (task.Array[(Run.Length + 1)..], task.Id, task.Index, task.Phase, task.End, task.Node, task.ExitCode)).ShouldBe(
        [
            ("c0.1", "12[1].pbs", 1, TaskPhase.Running, TaskEnd.Unknown, "n1", 0),
            ("c0.1", "12[2].pbs", 2, TaskPhase.Waiting, TaskEnd.Unknown, "", 0),
            ("c0.1", "12[3].pbs", 3, TaskPhase.Ended, TaskEnd.Completed, "n1", 0),
            ("c0.1", "12[4].pbs", 4, TaskPhase.Ended, TaskEnd.Cancelled, "n2", 143),
            ("c0.1", "12[5].pbs", 5, TaskPhase.Ended, TaskEnd.TimeLimit, "", -29),
            ("c0.1", "12[6].pbs", 6, TaskPhase.Ended, TaskEnd.OutOfMemory, "n1", 137),
            ("c0.1", "12[7].pbs", 7, TaskPhase.Ended, TaskEnd.Cancelled, "", 0),
            ("c0.1", "12[8].pbs", 8, TaskPhase.Ended, TaskEnd.Failed, "n1", 137),
            ("c0.1", "12[9].pbs", 9, TaskPhase.Ended, TaskEnd.Unknown, "", 0),
            ("c0.1", "12[10].pbs", 10, TaskPhase.Ended, TaskEnd.Cancelled, "", 0),
            ("c1.1", "13.pbs", 1, TaskPhase.Held, TaskEnd.Unknown, "", 0),
            ("c2.1", "14.pbs", 1, TaskPhase.Stuck, TaskEnd.Unknown, "", 0),
            ("c3.1", "15.pbs", 1, TaskPhase.Ended, TaskEnd.Failed, "n2", 98),
        ]);
    }

    [Fact]
    public void States_and_reasons_are_told_in_the_words_of_PBS()
    {
        Dialect.ReadQueue(PbsFacts.Jobs).Where(task => task.Index is 1 or 2 or 4).Select(task => task.StateAndReason).ShouldBe(
        [
            "R",
            "Q, Not Running: Insufficient amount of resource: ncpus (R: 1 A: 0 T: 4)",
            "X, Exit_status 271, Subjob terminated",
            "H, Hold_Types us, job held, too many failed attempts to run",
            "Q, Can Never Run: Insufficient amount of resource: mem (R: 64gb A: 4gb T: 4gb)",
            "F, Exit_status 98, Job run at Sat Nov 21 at 12:00 on (n2:ncpus=1) and failed",
        ]);
        Dialect.ReadQueue(PbsFacts.Jobs)[0].Job.ShouldBe("12[].pbs");
        Dialect.ReadQueue(PbsFacts.Jobs).Single(task => task.Id == "12[8].pbs").Cause.ShouldStartWith("it was ended by signal 9 (SIGKILL) (X, Exit_status 265");
    }

    [Theory]
    [InlineData("Q", "n", TaskPhase.Waiting)]
    [InlineData("W", "n", TaskPhase.Waiting)]
    [InlineData("T", "n", TaskPhase.Waiting)]
    [InlineData("Q", "u", TaskPhase.Held)]
    [InlineData("H", "s", TaskPhase.Held)]
    [InlineData("R", "n", TaskPhase.Running)]
    [InlineData("E", "n", TaskPhase.Running)]
    [InlineData("B", "n", TaskPhase.Running)]
    [InlineData("S", "n", TaskPhase.Suspended)]
    [InlineData("U", "n", TaskPhase.Suspended)]
    [InlineData("F", "n", TaskPhase.Ended)]
    [InlineData("X", "n", TaskPhase.Ended)]
    [InlineData("M", "n", TaskPhase.Unknown)]
    [InlineData("Z", "n", TaskPhase.Unknown)]
    [InlineData("", "n", TaskPhase.Unknown)]
    public void Every_state_means_something_and_an_unknown_one_is_no_end(string state, string hold, object phase) =>
        Single($"    job_state = {state}\n    Hold_Types = {hold}\n").ShouldSatisfyAllConditions(task => task.Phase.ShouldBe((TaskPhase)phase), task => task.State.ShouldBe(state));

    [Theory]
    [InlineData("Exit_status = 0", TaskEnd.Completed)]
    [InlineData("Exit_status = 7", TaskEnd.Failed)]
    [InlineData("Exit_status = 97", TaskEnd.Cancelled)]
    [InlineData("Exit_status = 97|substate = 91", TaskEnd.Cancelled)]
    [InlineData("Exit_status = 97|substate = 93", TaskEnd.Failed)]
    [InlineData("Exit_status = 271", TaskEnd.Cancelled)]
    [InlineData("Exit_status = 271|substate = 93", TaskEnd.Failed)]
    [InlineData("Exit_status = 265|comment = Job run at Sat Nov 21 at 12:00 on (n1:ncpus=1) and terminated by builder@login", TaskEnd.Cancelled)]
    [InlineData("Exit_status = 271|Resource_List.walltime = 00:02:00|resources_used.walltime = 00:02:32", TaskEnd.TimeLimit)]
    [InlineData("Exit_status = 97|substate = 93|Resource_List.walltime = 00:02:00|resources_used.walltime = 00:02:00", TaskEnd.TimeLimit)]
    [InlineData("Exit_status = 271|substate = 93|Resource_List.mem = 64mb|resources_used.mem = 65000kb", TaskEnd.OutOfMemory)]
    [InlineData("Exit_status = 1|Resource_List.mem = 64mb|resources_used.mem = 65536kb", TaskEnd.Failed)]
    [InlineData("Exit_status = -27", TaskEnd.OutOfMemory)]
    [InlineData("Exit_status = -26", TaskEnd.OutOfMemory)]
    [InlineData("Exit_status = -28", TaskEnd.TimeLimit)]
    [InlineData("Exit_status = -29", TaskEnd.TimeLimit)]
    [InlineData("Exit_status = -4", TaskEnd.NodeFailed)]
    [InlineData("Exit_status = -20", TaskEnd.NodeFailed)]
    [InlineData("Exit_status = -10", TaskEnd.Failed)]
    [InlineData("Exit_status = -999", TaskEnd.Failed)]
    [InlineData("substate = 91", TaskEnd.Cancelled)]
    [InlineData("substate = 92", TaskEnd.Cancelled)]
    public void The_causes_of_ends_are_told_apart(string attributes, object end) =>
        Single($"    job_state = F\n{string.Concat(attributes.Split('|').Select(attribute => $"    {attribute}\n"))}").End.ShouldBe((TaskEnd)end);

    [Fact]
    public void A_server_that_has_forgotten_says_nothing() => Dialect.ReadEnded("12[].pbs", "\n").ShouldBeNull();

    [Fact]
    public void A_site_has_its_queues_with_their_nodes_and_limits()
    {
        var site = Dialect.ReadSite(PbsFacts.Site);

        site.Partitions.Select(queue => (queue.Name, queue.IsDefault, queue.DefaultTime, queue.MaxTime, queue.State)).ShouldBe(
        [
            ("entry", true, TimeSpan.FromDays(1), TimeSpan.FromDays(30), ""),
            ("gpu", false, TimeSpan.FromDays(1), TimeSpan.FromDays(30), "disabled"),
            ("short", false, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), "stopped"),
            ("workq", false, TimeSpan.FromDays(1), TimeSpan.FromDays(30), ""),
        ]);
        site.NodesOf("workq").Select(node => (node.HostName, node.Cores, node.MemoryBytes)).ShouldBe([("n1", 4, 4096000L << 10), ("n2", 8, 8L << 30)]);
        site.NodesOf("gpu").ShouldHaveSingleItem().HostName.ShouldBe("g1");
        site.NodesOf("").Count.ShouldBe(2);
        site.Nodes.Where(node => node.Partition == "workq").Select(node => node.State).ShouldBe(["free", "state-unknown,down"]);
        (site.MaxArraySize, site.Version, site.HasAccounting).ShouldBe((10000, "23.06.06", true));
        Dialect.ReadSite(PbsFacts.Site.Replace("job_history_enable = True", "job_history_enable = False", StringComparison.Ordinal)).HasAccounting.ShouldBeFalse();
    }

    [Fact]
    public void A_script_asks_for_a_chunk_of_a_node_for_each_worker()
    {
        var options = Usual with { Partition = "workq", Account = "rocket", TimeLimit = TimeSpan.FromHours(30), Options = ["-l place=excl", "-P moon"] };

        Directives(new ResourceClass("c0", 1, 3, 1_000_000_000, 40), 7, options).ShouldBe(
        [
            "#!/bin/sh",
            "#PBS -S /bin/sh",
            $"#PBS -N cx.{Run}.c0.1",
            "#PBS -J 1-7",
            $"#PBS -j oe -o /store/run/x/jobs/{Run}.c0.1.^array_index^.log",
            "#PBS -m n",
            "#PBS -r y",
            "#PBS -l select=1:ncpus=3:mem=954mb",
            "#PBS -l walltime=30:00:00",
            "#PBS -q workq",
            "#PBS -A rocket",
            "#PBS -l place=excl",
            "#PBS -P moon",
        ]);
    }

    [Fact]
    public void A_single_worker_is_no_array()
    {
        Directives(new ResourceClass("c0", 1, 1, 0, 1), 1, Usual).ShouldBe(
        [
            "#!/bin/sh",
            "#PBS -S /bin/sh",
            $"#PBS -N cx.{Run}.c0.1",
            $"#PBS -j oe -o /store/run/x/jobs/{Run}.c0.1.1.log",
            "#PBS -m n",
            "#PBS -r y",
            "#PBS -l select=1:ncpus=1",
        ]);
        Script(new ResourceClass("c0", 1, 1, 0, 1), 1, Usual).ShouldContain("member=c0n1_${PBS_ARRAY_INDEX:-1}_$(date +%s)x$$\n");
    }

    [Fact]
    public void Output_of_something_else_is_no_answer()
    {
        Should.Throw<FormatException>(() => Dialect.ReadQueue("Welcome to the cluster!\n"));
        Should.Throw<FormatException>(() => Dialect.ReadSite("Welcome to the cluster!\n"));
        Should.Throw<FormatException>(() => Dialect.ReadQueue("    job_state = R\n"));
    }

    [Fact]
    public void Another_scheduler_s_commands_of_the_same_name_are_told_as_that() =>
        Dialect.RemedyForAbsence("SGE 8.1.9\nusage: qstat [options]")!.ShouldContain("write gridengine://");

    [Fact]
    public void What_it_cant_give_at_all_is_told_before_anything_is_submitted()
    {
        var site = Dialect.ReadSite(PbsFacts.Site);
        var small = new ResourceClass("c0", 1, 1, 0, 1);

        Dialect.FaultOf(small, Usual, site).ShouldBeNull();
        Dialect.FaultOf(small with { Cpus = 3 }, Usual, site).ShouldBeNull();
        Dialect.FaultOf(small with { Nodes = 2 }, Usual, site)!.Code.ShouldBe(ErrorCode.RequestTooLarge);
        Dialect.FaultOf(small, Usual with { Gres = "gpu:1" }, site)!.Message.ShouldContain("Gres is set, which is Slurm's. Leave it out, and ask PBS for what you need in SchedulerOptions, such as '-l ngpus=1'.");
        Dialect.FaultOf(small, Usual with { Qos = "urgent" }, site)!.Message.ShouldContain("Qos is set, which is Slurm's");
        Dialect.FaultOf(small, Usual with { Constraint = "avx" }, site)!.Message.ShouldContain("Constraint is set, which is Slurm's");
        var environment = Dialect.FaultOf(small, Usual with { ParallelEnvironment = "smp" }, site)!;
        (environment.Code, environment.Message).ShouldBe((ErrorCode.SchedulerRefused, "ParallelEnvironment is set, which is Grid Engine's. Leave it out: PBS gives Cpus without."));
    }

    [Theory]
    [InlineData("qsub-queue", "Set Partition to one of: entry, gpu, short, workq.")]
    [InlineData("qsub-limits", "Ask for less (Cpus, Memory, TimeLimit)")]
    [InlineData("qsub-array-size", "Set Workers to at most")]
    public void What_is_refused_is_told_with_a_remedy(string situation, string remedy)
    {
        Dialect.IsAbsence(PbsFacts.Words(situation)).ShouldBeFalse();
        Dialect.RemedyFor(PbsFacts.Words(situation), Usual, Dialect.ReadSite(PbsFacts.Site)).ShouldStartWith(remedy);
    }

    [Fact]
    public void An_option_that_it_doesnt_know_is_looked_for_among_those_that_were_given()
    {
        var site = Dialect.ReadSite(PbsFacts.Site);
        Dialect.RemedyFor("qsub: Unknown resource: h_vmem", Usual with { Options = ["-l h_vmem=8G"] }, site).ShouldStartWith("Look through SchedulerOptions");
        Dialect.RemedyFor("qsub: Invalid Account", Usual, site).ShouldBe("Set Account to one of yours.");
        Dialect.RemedyFor("qsub: hook rejected request: no project", Usual, site).ShouldContain("'-P NAME'");
    }

    [Theory]
    [InlineData("qstat-down")]
    [InlineData("qsub-down")]
    [InlineData("qselect-down")]
    [InlineData("qdel-down")]
    [InlineData("pbsnodes-down")]
    public void A_server_that_is_down_is_no_refusal(string situation) => Dialect.IsAbsence(PbsFacts.Words(situation)).ShouldBeTrue();

    private static WorkerTask Single(string attributes) => Dialect.ReadQueue($"Job Id: 9.pbs\n    Job_Name = cx.{Run}.c0.1\n{attributes}\n").ShouldHaveSingleItem();

    private static IEnumerable<string> Directives(ResourceClass wanted, int workers, BatchOptions options) =>
        Script(wanted, workers, options).Split('\n').Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal));

    private static string Script(ResourceClass wanted, int workers, BatchOptions options) =>
        Dialect.Script(new WorkerArray($"{Run}.c0.1", Run, wanted, workers, "/store", "token", "run/x", TimeSpan.FromHours(1)), options);
}
