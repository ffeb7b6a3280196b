using Clustrix.Diagnostics;
using Clustrix.Preflight;
using Clustrix.Schedulers;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

public sealed class PreflightOfSlurm
{
    [SlurmFact]
    public async Task It_tells_what_Slurm_is_and_has_and_makes_no_store()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = true, Lines = ["PartitionName=closed Nodes=n1 State=DOWN"] });
        await farm.Slurm.SetStateAsync(farm.Slurm.Nodes[1], "drain", "repair");

        (await LookAsync(farm, "")).Passed.ShouldBeTrue();
        PreflightTable.SchedulerLines(new PreflightReport("hpc", 1, default, [await LookAsync(farm, "")])).ShouldBe(
        [
            "  scheduler: Slurm answers, version 22.05.8",
            "  partition: 'main' (the default) is up, has 2 nodes (1 drained, 1 idle) of up to 4 cores and 4.2 GB",
            "  accounting: there is one: how workers ended is told for long",
        ]);
        (await LookAsync(farm, "short")).OfScheduler[1].Text.ShouldBe("'short' is up, has 2 nodes (1 drained, 1 idle) of up to 4 cores and 4.2 GB, and lets a worker run for 10m");
        var closed = (await LookAsync(farm, "closed")).OfScheduler[1];
        (closed.Level, closed.Code, closed.Advice).ShouldBe(
            (FindingLevel.Warning, ErrorCode.HostConcern, "No job starts there before an administrator changes that. There are: closed, main, short, small."));
        (await farm.AskAsync("ls -A ~/.cache 2>/dev/null | wc -l")).ShouldBe("0");
    }

    [SlurmFact]
    public async Task What_is_wrong_with_it_is_a_failure_with_its_code()
    {
        await using var farm = await SlurmFarm.StartAsync();

        (await LookAsync(farm, "gpu")).OfScheduler.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe(ErrorCode.SchedulerRefused),
            finding => finding.Text.ShouldBe("Slurm has no partition 'gpu'. Set Partition to one of: main, short, small"));
        (await LookAsync(farm, "")).OfScheduler[^1].Text.ShouldBe("there is none: how workers ended is told as long as the controller remembers");

        await farm.Slurm.KillSchedulerAsync();
        var report = await LookAsync(farm, "");
        report.Passed.ShouldBeFalse();
        report.OfScheduler.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            finding => finding.Code.ShouldBe(ErrorCode.SchedulerUnavailable),
            finding => finding.Text.ShouldStartWith("Slurm can't be asked ("),
            finding => finding.Text.ShouldContain("Unable to contact slurm controller"));
    }

    [SlurmFact]
    public async Task A_host_without_its_commands_is_told_as_that()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await farm.Slurm.Login.RunAsRootAsync("rm /usr/bin/scontrol");

        (await LookAsync(farm, "")).OfScheduler.ShouldHaveSingleItem().Text.ShouldStartWith("login lacks a command of Slurm (");
    }

    private static async Task<HostReport> LookAsync(SlurmFarm farm, string partition) => (await new ClusterPreflight(
        "", TimeSpan.FromMinutes(1), new BatchOptions { Scheduler = "slurm", Partition = partition }, TimeProvider.System).LookAsync([farm.Login()], farm.Token)).ShouldHaveSingleItem();
}
