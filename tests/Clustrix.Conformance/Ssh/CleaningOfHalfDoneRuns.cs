using Clustrix.Runs;
using Clustrix.Snapshots;
using Clustrix.Stores;

namespace Clustrix.Conformance.Ssh;

/// <summary>Stores are cleaned while one of the hosts goes on with a run of which the others have done their part.</summary>
public sealed class CleaningOfHalfDoneRuns
{
    private static readonly Retention Nothing = new(0, long.MaxValue);

    [SshTheory]
    [InlineData("clean")]
    [InlineData("clean without it")]
    [InlineData("run")]
    public async Task A_run_that_goes_on_on_a_host_stays_on_the_others(string next)
    {
        await using var farm = await Farm.OpenAsync();
        var run = await HalfDoneRun.AbandonAsync(farm);
        if (next != "clean without it")
        {
            await run.Away.StartServerAsync();
        }

        await using (var cluster = await farm.ConnectAsync(new ClusterOptions { Retention = Nothing }, "h1", "h2"))
        {
            if (next == "run")
            {
                await run.Here.RunAsync("touch -d '2 days ago' .cache/clustrix/collected");
                await cluster.ExecuteAsync(
                    Farm.Workload(run.Workload.Payload, Farm.Item("another", "cat a")), new Snapshot([]), Verification.Changed, new RunOptions { Workers = 2 }, farm.Directory["artifacts"], null, farm.Token);
                farm.Log.Details.ShouldContain(detail => detail.StartsWith("h1: ", StringComparison.Ordinal) && (detail.Contains("were removed", StringComparison.Ordinal) || detail.Contains("looked through", StringComparison.Ordinal)));
            }
            else
            {
                CleanResult.Of(await cluster.CleanAsync(Nothing, dryRun: false, farm.Token)).Runs.ShouldBeEmpty();
            }
        }

        if (next == "clean without it")
        {
            await run.Away.StartServerAsync();
        }

        (await run.ItemsAsync()).ShouldBe(2);
        await using (var later = await farm.ConnectAsync("h1", "h2"))
        {
            var running = farm.RunAsync(later, run.Workload);
            await Condition.HoldsAsync(() => running.IsCompleted || farm.Log.Said.Contains($"Joining run {run.Id}, which was started before."), "the run is joined");
            await run.LetGoAsync();
            var (again, _) = await running;
            (again.Joined, again.Run, again.Passed).ShouldBe((true, run.Id, true));
        }

        await RemovedAsync(farm, run, "h1", "h2");
    }

    /// <summary>It was cancelled, or nobody has looked at it for so long that it is given up.</summary>
    [SshTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_host_still_does_of_a_run_that_was_removed_on_the_others_is_ended(bool isCancelled)
    {
        await using var farm = await Farm.OpenAsync();
        var run = await HalfDoneRun.AbandonAsync(farm);
        await using (var cluster = await farm.ConnectAsync("h1"))
        {
            if (isCancelled)
            {
                await cluster.CancelAsync(run.Id, farm.Token);
            }
            else
            {
                await run.Here.RunAsync("touch -d '2 days ago' .cache/clustrix/run/*/* .cache/clustrix/run/*");
            }
        }

        await RemovedAsync(farm, run, "h1");
        (await run.ItemsAsync()).ShouldBe(2);
        await run.Away.StartServerAsync();
        await using var later = await farm.ConnectAsync("h1", "h2");

        await later.CleanAsync(Nothing, dryRun: false, farm.Token);

        (await run.ItemsAsync()).ShouldBe(0);
        farm.Log.Said.ShouldContain(isCancelled
            ? $"Run {run.Id} was cancelled when h2 couldn't be told: none of its processes is left there now."
            : $"Run {run.Id} was over before h2 came back: none of its processes is left there now.");
        (await run.Here.RunAsync("ls .cache/clustrix/words")).Output.Trim().ShouldBeEmpty();
    }

    // A session that has used it is over a moment later than its client.
    private static async Task RemovedAsync(Farm farm, HalfDoneRun run, params string[] hosts)
    {
        await using var cluster = await farm.ConnectAsync(hosts);
        await Condition.HoldsAsync(async () => CleanResult.Of(await cluster.CleanAsync(Nothing, dryRun: false, farm.Token)).Runs.Contains(run.Id), "the run is removed");
    }
}
