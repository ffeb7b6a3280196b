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
    [InlineData("slurm", "--parsable")]
    [InlineData("gridengine", "-N mine")]
    [InlineData("gridengine", "-l gpu=1 -t 1-2")]
    [InlineData("gridengine", "-sync y")]
    [InlineData("pbs", "-J 1-2")]
    public void They_are_refused_by_name(string scheduler, string option)
    {
        var problem = FaultOf(scheduler, option).ShouldNotBeNull();

        problem.Code.ShouldBe(ErrorCode.SchedulerRefused);
        problem.Message.ShouldStartWith($"SchedulerOptions has '{option}', which would take the place of what Clustrix itself says there");
    }

    [Theory]
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
