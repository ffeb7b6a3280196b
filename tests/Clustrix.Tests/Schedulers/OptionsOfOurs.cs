using Clustrix.Diagnostics;
using Clustrix.Schedulers;

namespace Clustrix.Tests.Schedulers;

/// <summary>What a run rests on in its scripts can't be said otherwise by SchedulerOptions.</summary>
public sealed class OptionsOfOurs
{
    [Theory]
    [InlineData("slurm", "--array=1-2")]
    [InlineData("slurm", "--arr 1-2")]
    [InlineData("slurm", "-a1-2")]
    [InlineData("slurm", "--exclusive --job-name=mine")]
    [InlineData("slurm", "-J mine")]
    [InlineData("slurm", "--output=/dev/null")]
    [InlineData("gridengine", "-N mine")]
    [InlineData("gridengine", "-l gpu=1 -t 1-2")]
    [InlineData("pbs", "-J 1-2")]
    public void They_are_refused_by_name(string scheduler, string option)
    {
        var problem = FaultOf(scheduler, option).ShouldNotBeNull();

        problem.Code.ShouldBe(ErrorCode.SchedulerRefused);
        problem.Message.ShouldStartWith($"SchedulerOptions has '{option}', which would take the place of what Clustrix itself says there");
    }

    [Theory]
    [InlineData("slurm", "--parsable")]
    [InlineData("slurm", "--wait")]
    [InlineData("slurm", "-W")]
    [InlineData("slurm", "--test-only")]
    [InlineData("slurm", "--wrap=true")]
    [InlineData("gridengine", "-sync y")]
    [InlineData("gridengine", "-verify")]
    [InlineData("pbs", "-I")]
    public void What_would_keep_a_submission_from_answering_is_refused_as_that(string scheduler, string option) => FaultOf(scheduler, option).ShouldNotBeNull().Message.ShouldBe(
        $"SchedulerOptions has '{option}', with which a submission wouldn't do what a run needs of it: submit a script to the queue, and answer at once with the job's id. Leave it out.");

    [Theory]
    [InlineData("--nodes=2")]
    [InlineData("-N2")]
    [InlineData("--exclusive -N 2")]
    public void Nodes_are_asked_for_by_items(string option) => FaultOf("slurm", option).ShouldNotBeNull().Message.ShouldBe(
        $"SchedulerOptions has '{option}', which would give workers other nodes than their items are started on. Leave it out, and set the items' Nodes.");

    [Theory]
    [InlineData("slurm", "--nodelist=n1")]
    [InlineData("slurm", "-n2")]
    [InlineData("slurm", "--account=a")]
    [InlineData("slurm", "--exclusive --mail-type=END")]
    [InlineData("slurm", "-A research")]
    [InlineData("slurm", "--mem=8G")]
    [InlineData("slurm", "--wckey=x")]
    [InlineData("slurm", "--open-mode=truncate")]
    [InlineData("gridengine", "-l h_fsize=8G")]
    [InlineData("gridengine", "-w n")]
    [InlineData("pbs", "-l place=excl")]
    public void Others_are_the_scheduler_s_business(string scheduler, string option) => FaultOf(scheduler, option).ShouldBeNull();

    private static Problem? FaultOf(string scheduler, string option)
    {
        IBatchDialect dialect = scheduler switch { "slurm" => new SlurmDialect(), "pbs" => new PbsDialect(), _ => new GridEngineDialect() };
        return dialect.FaultOf(new ResourceClass("c0", 1, 1, 0, 1), new BatchOptions { Scheduler = scheduler, Options = [option] }, new BatchSite([], [], 10, []));
    }
}
