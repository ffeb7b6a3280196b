using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Workloads;

namespace Clustrix.Tests.Schedulers;

/// <summary>What a scheduler was asked for stays with the run.</summary>
public sealed class AskedAsBefore
{
    private static readonly BatchOptions Full = new()
    {
        Scheduler = "slurm",
        Partition = "short",
        Account = "research",
        Qos = "urgent",
        Constraint = "avx512&ib",
        Gres = "gpu:1",
        ParallelEnvironment = "smp",
        TimeLimit = TimeSpan.FromHours(2),
        QueueTimeout = TimeSpan.Zero,
        Options = ["--exclusive", "--mail-type=END"],
    };

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        foreach (var written in new[] { Full, new BatchOptions { Scheduler = "gridengine" } })
        {
            var read = Read(written).ShouldNotBeNull();
            (read with { Options = written.Options }).ShouldBe(written);
            read.Options.ShouldBe(written.Options);
        }

        Read(null).ShouldBeNull();
    }

    [Fact]
    public void What_is_said_now_comes_first_and_the_rest_is_as_before()
    {
        new BatchOptions { Scheduler = "slurm" }.Over(Full).ShouldBeEquivalentTo(Full);
        var said = new BatchOptions { Scheduler = "slurm", Account = "teaching", QueueTimeout = TimeSpan.FromHours(1), Options = ["--nice"] };
        said.Over(Full).ShouldBeEquivalentTo(Full with { Account = "teaching", QueueTimeout = TimeSpan.FromHours(1), Options = ["--nice"] });
    }

    [Fact]
    public void Another_scheduler_is_asked_for_what_is_said_now_alone()
    {
        var other = new BatchOptions { Scheduler = "gridengine", Account = "project" };

        other.Over(Full).ShouldBe(other);
    }

    private static BatchOptions? Read(BatchOptions? batch)
    {
        var workload = new Workload([new Item { Name = "item", Command = "true" }], new Payload([]), "environment", "");
        return RunDocument.Read("run", RunDocument.Write(workload, 0, batch)).Batch;
    }
}
