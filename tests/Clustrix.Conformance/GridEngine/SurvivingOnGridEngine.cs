using Clustrix.Conformance.Schedulers;
using Clustrix.Diagnostics;

namespace Clustrix.Conformance.GridEngine;

public sealed class SurvivingOnGridEngine : SurvivingRuns
{
    protected override string ReasonOfDrained => "qw, queue instance \"main.q@n1\" dropped because it is disabled";

    protected override string OneNode => "main.q@n1";

    [GridEngineFact]
    public async Task A_worker_that_is_started_again_takes_up_what_it_had_in_hand()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", StaysAtFirst)));
        await BegunAsync(farm);
        var job = await farm.SubmittedAsync();
        (await farm.GridEngine.Login.RunAsRootAsync($"qmod -rj {job}")).ExitCode.ShouldBe(0);

        var (run, items) = await running;
        run.Passed.ShouldBeTrue();
        items[0].Result.Attempts.ShouldBe(2);
        (await farm.JobsAsync()).ShouldBe(job);
    }

    [GridEngineFact]
    public async Task An_item_that_dies_of_its_workers_notice_before_the_worker_hears_of_it_hasnt_failed()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync();

        // What the item leaves behind passes the notice on when the worker has seen the item's end.
        const string PassesOn = "touch up; while kill -0 $0; do :; done; kill -USR2 $(pgrep -o -f \"node/.* worker .* $CLUSTRIX_RUN \")";
        var running = farm.RunAsync(cluster, await farm.WorkloadAsync(BatchFarm.Item("item", $"setsid sh -c '{PassesOn}' $$ & until [ -e up ]; do :; done; kill -USR2 $$")));

        (await Should.ThrowAsync<ClustrixException>(() => running)).Message.ShouldContain("Grid Engine was told to cancel job ");
        (await farm.AskAsync("cat .cache/clustrix/run/*/att/0.1/record")).ShouldContain("\"outcome\":\"Lost\",\"cause\":\"Terminated\"");
        (await farm.AskAsync("ls .cache/clustrix/run/*/done")).ShouldBeEmpty();
    }

    [GridEngineFact]
    public async Task Whoever_joins_a_run_is_refused_what_a_submission_would_be()
    {
        await using var farm = await GridEngineFarm.StartAsync();
        await using var first = await farm.ConnectAsync();
        var workload = await farm.WorkloadAsync(BatchFarm.Item("item", "touch /home/builder/there; until [ -e /home/builder/go ]; do sleep 0.1; done"));
        var running = farm.RunAsync(first, workload);
        await BegunAsync(farm);

        await using var second = await farm.ConnectAsync(farm.Options with { Qos = "urgent" });
        (await Should.ThrowAsync<ClustrixException>(() => farm.RunAsync(second, workload))).Message.ShouldBe(
            "CLX4003: Qos is set, which is Slurm's. Leave it out, and ask Grid Engine for what you need in SchedulerOptions, such as '-l gpu=1'.");
        await using var third = await farm.ConnectAsync(farm.Options with { TimeLimit = TimeSpan.FromHours(1) });
        var joining = farm.RunAsync(third, workload);
        await Condition.HoldsAsync(() => farm.Log.Said.Any(line => line.EndsWith(" was started with TimeLimit not set: workers that it has keep that, and further ones are asked for as it is said now.", StringComparison.Ordinal)), "the change is told");
        await farm.AskAsync("touch go");

        (await running).Run.Passed.ShouldBeTrue();
        (await joining).Run.Passed.ShouldBeTrue();
    }

    protected override async Task<BatchFarm> StartAsync() => await GridEngineFarm.StartAsync();
}
