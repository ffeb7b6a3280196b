using Clustrix.Hosts;
using Clustrix.Schedulers;

namespace Clustrix.Tests.Hosts;

public sealed class ShellsOfThisMachine
{
    [Fact]
    public async Task A_shell_may_be_disposed_of_twice()
    {
        var shell = await new LocalHost(new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }).StartShellAsync("cat", [], CancellationToken.None);

        await shell.DisposeAsync();

        await Should.NotThrowAsync(async () => await shell.DisposeAsync());
    }

    [Theory]
    [InlineData("slurm", "PATH,SLURM_CONF")]
    [InlineData("gridengine", "PATH,SGE_CELL,SGE_ROOT")]
    [InlineData("pbs", "PATH,PBS_SERVER")]
    public async Task Where_a_scheduler_is_is_told_to_a_shell_that_asks_it_and_nothing_else_of_the_build(string scheduler, string seen)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["SLURM_CONF"] = "/x", ["SGE_ROOT"] = "/y", ["SGE_CELL"] = "z", ["PBS_SERVER"] = "v", ["SECRET"] = "s" };
        var host = new LocalHost(environment, BatchScheduler.Of(new BatchOptions { Scheduler = scheduler }).Variables);

        var shell = await host.StartShellAsync("env | sed 's/=.*//' | grep -E '^(PATH|SLURM|SGE|PBS|SECRET)' | sort | paste -sd,", [], CancellationToken.None);

        await using (shell)
        {
            (await new StreamReader(shell.Output).ReadLineAsync()).ShouldBe(seen);
        }
    }
}
