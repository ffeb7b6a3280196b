using Clustrix.Diagnostics;
using Clustrix.Runs;
using Clustrix.Schedulers;
using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Slurm;

/// <summary>What can't be had is one error with Slurm's own words or the bounds, and nothing of it waits in the queue.</summary>
public sealed class BadInputOnSlurm
{
    private static readonly BatchOptions Usual = new() { Scheduler = "slurm" };

    [SlurmFact]
    public async Task What_Slurm_refuses_is_told_in_its_own_words()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Accounting = true });
        (BatchOptions Options, string Words)[] cases =
        [
            (Usual with { Account = "nobody" }, "Invalid account or account/partition combination specified. Set Account to one of: research, teaching."),
            (Usual with { Qos = "nope" }, "Invalid qos specification. Set Qos to one of: normal, urgent."),
            (Usual with { Constraint = "avx9" }, "Invalid feature specification. Set Constraint to features that nodes have: sinfo -o '%N %f' lists them."),
            (Usual with { Gres = "gpu:1" }, "Invalid generic resource (gres) specification. Set Gres to what nodes have: sinfo -o '%N %G' lists it."),
            (Usual with { Options = ["--mem=8Gi"] }, "Invalid --mem specification. Look through SchedulerOptions: Slurm's own options, with its units, such as --mem=8G."),
            (Usual with { Options = ["--pe=smp"] }, "unrecognized option '--pe=smp' Try \"sbatch --help\" for more information. Look through SchedulerOptions"),
        ];

        foreach (var (options, words) in cases)
        {
            var refused = await FailAsync(farm, options, SlurmFarm.Item("item", "true"));

            refused.Code.ShouldBe(ErrorCode.SchedulerRefused);
            refused.Message.ShouldStartWith("CLX4003: login: Slurm refuses the workers: sbatch: ");
            refused.Message.ShouldContain(words);
            refused.Message.ShouldEndWith(" is over, and no job of it is in the queue.");
        }

        // The same workload, asked for as it can be had, begins anew.
        await using var cluster = await farm.ConnectAsync(Usual with { Account = "teaching", Qos = "urgent" });
        (await cluster.StatusAsync(farm.Token)).Select(run => (run.State, run.Cancelled)).ShouldBe(Enumerable.Repeat((RunState.Ended, true), cases.Length));
        var (run, _) = await farm.RunAsync(cluster, await farm.WorkloadAsync(SlurmFarm.Item("item", "true")));
        (run.Joined, run.Passed).ShouldBe((false, true));
        await Condition.HoldsAsync(async () => (await farm.AskAsync("squeue -h -o %i")).Length == 0, "the worker has ended");
        (await farm.AskAsync("squeue -h -t all -o '%T %a %q' | sort -u")).ShouldBe("COMPLETED teaching urgent");
    }

    [SlurmFact]
    public async Task What_no_node_can_give_is_told_with_the_bounds_and_never_submitted()
    {
        await using var farm = await SlurmFarm.StartAsync();
        (BatchOptions Options, Item Item, ErrorCode Code, string Words)[] cases =
        [
            (Usual, SlurmFarm.Item("wide", "true") with { Cpus = 64 }, ErrorCode.RequestTooLarge, "Item 'wide' asks for 64 cores; of the partition's nodes the largest, 'n1', has 4 cores and 4.2 GB. Ask for less, or name another partition."),
            (Usual, SlurmFarm.Item("large", "true") with { Memory = 64L << 30 }, ErrorCode.RequestTooLarge, "Item 'large' asks for "),
            (Usual, SlurmFarm.Item("many", "true") with { Nodes = 3 }, ErrorCode.RequestTooLarge, "Item 'many' asks for 3 nodes at once; the partition has 2."),
            (Usual with { Partition = "small" }, SlurmFarm.Item("two", "true") with { Nodes = 2 }, ErrorCode.RequestTooLarge, "Item 'two' asks for 2 nodes at once; the partition has 1."),
            (Usual with { Partition = "short", TimeLimit = TimeSpan.FromHours(1) }, SlurmFarm.Item("long", "true"), ErrorCode.SchedulerRefused,
                "login: TimeLimit is 1h, and partition 'short' allows 10m. Set TimeLimit to at most that, or choose another Partition."),
        ];

        foreach (var (options, item, code, words) in cases)
        {
            var refused = await FailAsync(farm, options, item);

            refused.Code.ShouldBe(code, words);
            refused.Message.ShouldContain(words);
        }

        (await farm.AskAsync("squeue -h -t all | wc -l")).ShouldBe("0");
    }

    // Slurm keeps a job that it has refused as more than any node has in its list for a while, as failed.
    [SlurmFact]
    public async Task A_refused_array_is_not_taken_for_one_that_was_submitted()
    {
        await using var farm = await SlurmFarm.StartAsync();
        var item = SlurmFarm.Item("item", "true");

        (await FailAsync(farm, Usual with { Options = ["--mem=64G"] }, item)).Message.ShouldContain("Requested node configuration is not available");
        (await farm.AskAsync("squeue -h -t all -o '%T %r'")).ShouldBe("FAILED BadConstraints");
        (await FailAsync(farm, Usual with { Options = ["--mem=63G"] }, item)).Message.ShouldContain("Requested node configuration is not available");
    }

    [SlurmFact]
    public async Task A_host_on_which_no_jobs_are_submitted_is_told_plainly()
    {
        await using var farm = await SlurmFarm.StartAsync(new SlurmOptions { Tuned = true, Hosts = [SshTrait.Without("sbatch")] });

        var failed = await FailAsync(farm, Usual, SlurmFarm.Item("item", "true"));

        failed.Code.ShouldBe(ErrorCode.SchedulerUnavailable);
        failed.Message.ShouldStartWith("CLX4004: login lacks a command of Slurm (");
        failed.Message.ShouldContain("sbatch");
    }

    [SlurmFact]
    public async Task A_store_that_the_user_may_not_write_is_told_before_anything_is_submitted()
    {
        await using var farm = await SlurmFarm.StartAsync();

        var failed = await Should.ThrowAsync<ClustrixException>(() => farm.ConnectAsync(storeRoot: "/srv/store"));

        failed.Code.ShouldBe(ErrorCode.StoreNotWritable);
        failed.Message.ShouldContain("/srv/store");
    }

    private static async Task<ClustrixException> FailAsync(SlurmFarm farm, BatchOptions options, Item item)
    {
        await using var cluster = await farm.ConnectAsync(options);
        return await Should.ThrowAsync<ClustrixException>(async () => await farm.RunAsync(cluster, await farm.WorkloadAsync(item)));
    }
}
