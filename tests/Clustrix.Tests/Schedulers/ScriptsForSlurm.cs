using Clustrix.Node;
using Clustrix.Schedulers;

namespace Clustrix.Tests.Schedulers;

public sealed class ScriptsForSlurm
{
    private static readonly BatchOptions Usual = new() { Scheduler = "slurm" };

    [Fact]
    public void The_whole_script_as_it_is_submitted() =>
        Script(Usual with
        {
            Partition = "short",
            Account = "research",
            Qos = "urgent",
            Gres = "gpu:1",
            Constraint = "avx512&ib",
            TimeLimit = TimeSpan.FromHours(2),
            Options = ["--exclusive", "--mail-type=END"],
        }).ShouldBe($$"""
            #!/bin/sh
            #SBATCH --job-name=20261121-093012-4f1c.c0.1
            #SBATCH --array=1-40
            #SBATCH --nodes=1
            #SBATCH --ntasks-per-node=1
            #SBATCH --cpus-per-task=4
            #SBATCH --mem=1908M
            #SBATCH --time=0-02:00:00
            #SBATCH --partition=short
            #SBATCH --account=research
            #SBATCH --qos=urgent
            #SBATCH --gres=gpu:1
            #SBATCH --constraint=avx512&ib
            #SBATCH --output=/home/build/a store/run/20261121-093012-4f1c.x/jobs/%x.%a.log
            #SBATCH --open-mode=append
            #SBATCH --requeue
            #SBATCH --chdir=/
            #SBATCH --exclusive
            #SBATCH --mail-type=END

            # Workers of Clustrix for run 20261121-093012-4f1c: each takes one item after the other from the run's queue until none is left.
            root='/home/build/a store'
            program=$root/node/{{NodeProgram.Digest}}.sh
            member=c0n1_${SLURM_ARRAY_TASK_ID}_${SLURM_RESTART_COUNT:-0}
            read -r _ token 2>/dev/null <"$root/format"
            if [ "${token-}" != token ] || [ ! -r "$program" ]; then
            	echo "clustrix: $(uname -n) doesn't see the store $root that the client writes to"
            	exit 98
            fi
            true >>"$root/run/20261121-093012-4f1c.x/jobs/20261121-093012-4f1c.c0.1.${SLURM_ARRAY_TASK_ID}.log"
            CLUSTRIX_RUN=20261121-093012-4f1c CLUSTRIX_POOL=20261121-093012-4f1c/$member
            export CLUSTRIX_RUN CLUSTRIX_POOL
            exec sh "$program" worker "$root" 20261121-093012-4f1c "$member" 7200 c0 ${SLURM_ARRAY_TASK_ID} 40

            """);

    [Fact]
    public void What_nobody_asks_for_is_left_to_Slurm() =>
        Options(Script(Usual, memory: 0)).ShouldBe(["job-name", "array", "nodes", "ntasks-per-node", "cpus-per-task", "output", "open-mode", "requeue", "chdir"]);

    // Slurm's M is 2^20 bytes; less than was asked for would end what needs just that.
    [Theory]
    [InlineData(1, "1M")]
    [InlineData(1 << 20, "1M")]
    [InlineData((1 << 20) + 1, "2M")]
    [InlineData(8_000_000_000, "7630M")]
    [InlineData(8L << 30, "8192M")]
    [InlineData(9L << 40, "9437184M")]
    public void Memory_is_rounded_up_to_what_Slurm_calls_M(long bytes, string memory) =>
        Script(Usual, bytes).ShouldContain($"\n#SBATCH --mem={memory}\n");

    [Theory]
    [InlineData("00:00:30", "0-00:00:30")]
    [InlineData("01:30:00", "0-01:30:00")]
    [InlineData("1.00:00:00", "1-00:00:00")]
    [InlineData("40.23:59:59", "40-23:59:59")]
    public void A_length_of_time_has_days_hours_minutes_and_seconds(string limit, string time) =>
        Script(Usual with { TimeLimit = TimeSpan.Parse(limit, null) }).ShouldContain($"\n#SBATCH --time={time}\n");

    [Fact]
    public void An_item_of_several_nodes_has_one_task_on_each()
    {
        var script = Script(Usual, nodes: 3);

        script.ShouldContain("\n#SBATCH --nodes=3\n#SBATCH --ntasks-per-node=1\n");
    }

    private static IEnumerable<string> Options(string script) =>
        script.Split('\n').Where(line => line.StartsWith("#SBATCH --", StringComparison.Ordinal)).Select(line => line["#SBATCH --".Length..].Split('=')[0]);

    private static string Script(BatchOptions options, long memory = 2_000_000_000, int nodes = 1) => new SlurmDialect().Script(
        new WorkerArray(
            "20261121-093012-4f1c.c0.1", "20261121-093012-4f1c", new ResourceClass("c0", nodes, 4, memory, 100), 40, "/home/build/a store", "token", "run/20261121-093012-4f1c.x", options.TimeLimit),
        options);
}
