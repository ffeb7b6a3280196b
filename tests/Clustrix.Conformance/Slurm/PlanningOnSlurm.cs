using Clustrix.Runs;
using Clustrix.Schedulers;

namespace Clustrix.Conformance.Slurm;

public sealed class PlanningOnSlurm
{
    [SlurmFact]
    public async Task The_script_that_is_shown_is_the_one_that_is_submitted()
    {
        await using var farm = await SlurmFarm.StartAsync();
        await using var cluster = await farm.ConnectAsync(new BatchOptions { Scheduler = "slurm", Partition = "short", Options = ["--nice=1"] });
        var workload = await farm.WorkloadAsync([.. Enumerable.Range(0, 12).Select(number => SlurmFarm.Item($"item {number}", "true") with { Cpus = 2 })]);

        var plan = await cluster.PlanAsync(workload, new RunOptions(), farm.Token);

        (await farm.AskAsync("squeue -h -t all | wc -l; ls ~/.cache/clustrix/run ~/.cache/clustrix/cas | grep -c ^[0-9a-f]")).ShouldBe("0\n0");
        (plan.Items, plan.Reused, plan.Push.Files.Count).ShouldBe((12, 0, 1));
        var planned = plan.Workers.ShouldHaveSingleItem();
        (planned.Host, planned.Items, planned.Cpus, planned.Workers).ShouldBe(("login", 12, 2, 4));

        var (run, _) = await farm.RunAsync(cluster, workload);
        var submitted = await farm.AskAsync("cat ~/.cache/clustrix/run/*/jobs/*.1.sh");
        var directory = await farm.AskAsync("cd ~/.cache/clustrix; ls -d run/*/");
        planned.Script.Replace("run/RUN/", directory, StringComparison.Ordinal).Replace("RUN.", run.Run + ".", StringComparison.Ordinal).Replace("run RUN:", $"run {run.Run}:", StringComparison.Ordinal)
            .Replace("CLUSTRIX_RUN=RUN CLUSTRIX_POOL=RUN/", $"CLUSTRIX_RUN={run.Run} CLUSTRIX_POOL={run.Run}/", StringComparison.Ordinal).Replace("\" RUN \"", $"\" {run.Run} \"", StringComparison.Ordinal)
            .Trim().ShouldBe(submitted);

        var again = await cluster.PlanAsync(workload, new RunOptions(), farm.Token);
        (again.Items, again.Reused, again.Workers.Count, again.Push.Files.Count).ShouldBe((0, 12, 0, 0));
    }

    [SlurmFact]
    public async Task A_plan_leaves_nothing_where_there_is_no_store()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var workload = await farm.WorkloadAsync(SlurmFarm.Item("item", "true"));
        var options = new ClusterOptions { Batch = new BatchOptions { Scheduler = "slurm" }, IsVisit = true };
        const string Traces = "ls -A ~ | grep -v '^[.]bash\\|^[.]profile'; ls -A ~/.cache /tmp | grep clustrix";
        var before = await farm.AskAsync(Traces);

        await using (var cluster = await Cluster.ConnectAsync([farm.Login()], options, farm.Log, TimeProvider.System, farm.Token))
        {
            var plan = await cluster.PlanAsync(workload, new RunOptions(), farm.Token);

            (plan.Items, plan.Push.Files.Count).ShouldBe((1, 1));
            plan.Workers.ShouldHaveSingleItem().Script.ShouldSatisfyAllConditions(
                script => script.ShouldContain("root='/home/builder/.cache/clustrix'\n"),
                script => script.ShouldContain("!= TOKEN ]"));
        }

        await Condition.HoldsAsync(async () => await farm.AskAsync(Traces) == before, "nothing is left");
    }
}
