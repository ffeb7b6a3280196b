using System.Text.RegularExpressions;
using Clustrix.Schedulers;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>The stand-in says what PBS says, as far as that is known, in the form that it is known in.</summary>
public sealed partial class StandInForPbs
{
    [PbsFact]
    public async Task Its_commands_fail_with_the_words_and_the_codes_of_PBS()
    {
        await using var cluster = await PbsCluster.StartAsync(new PbsOptions { Nodes = 1, Tuned = true });
        await cluster.RunAsync("echo true | qsub");
        await Condition.HoldsAsync(async () => (await cluster.RunAsync("qstat -x -f 1.login")).Output.Contains("job_state = F", StringComparison.Ordinal), "the job is over");

        await Says(cluster, "qstat-unknown", "qstat -f 999.login", "999.login");
        await Says(cluster, "qstat-finished", "qstat -f 1.login", "1.login");
        await Says(cluster, "qdel-unknown", "qdel 999.login", "999.login");
        await Says(cluster, "qdel-finished", "qdel 1.login", "1.login");
        await Says(cluster, "qsub-queue", Qsub("-q nowhere"));
        await Says(cluster, "qsub-limits", Qsub("-l select=1:ncpus=1:mem=64000mb"));
        await Says(cluster, "qsub-array-size", Qsub("-J 1-5000"));
        await Says(cluster, "qsub-array-of-one", Qsub("-J 1-1"));
        await Says(cluster, "qsub-name", Qsub("-N 1job"));

        await cluster.KillSchedulerAsync();
        await Says(cluster, "qstat-down", "qstat -f 1.login");
        await Says(cluster, "qsub-down", Qsub("-N job"));
        await Says(cluster, "qselect-down", "qselect -N job");
        await Says(cluster, "qdel-down", "qdel 1.login");
        await Says(cluster, "pbsnodes-down", "pbsnodes -a");
    }

    [PbsFact]
    public async Task Without_a_history_it_tells_nothing_of_what_is_over()
    {
        await using var cluster = await PbsCluster.StartAsync(new PbsOptions { Nodes = 1, Tuned = true, History = false });
        await cluster.RunAsync("echo true | qsub; printf '#PBS -N array\\n#PBS -J 1-2\\n[ $PBS_ARRAY_INDEX = 1 ] || sleep 300\\n' | qsub");
        await Condition.HoldsAsync(
            async () => (await cluster.RunAsync("qstat -f -t '2[].login' | grep -A 3 -F '2[1]'")).Lines() is ["Job Id: 2[1].login", "Job_Name = array", "job_state = X", "Hold_Types = n"], "a member is over");

        await Says(cluster, "qstat-unknown", "qstat -f 1.login", "1.login");
        await Says(cluster, "qstat-no-history", "qstat -x -f '2[].login'", "2[].login");
        await Says(cluster, "qselect-no-history", "qselect -x -N array");
        (await cluster.RunAsync("qselect -N array")).Lines().ShouldBe(["2[].login"]);
    }

    [PbsFact]
    public async Task Its_long_forms_have_the_attributes_of_PBS_and_can_be_read()
    {
        await using var cluster = await PbsCluster.StartAsync(new PbsOptions { Nodes = 1, Tuned = true });
        await cluster.RunAsync("printf '#PBS -N cx.r.c0.1\\n#PBS -J 1-3\\n#PBS -l select=1:ncpus=4:mem=100mb\\n#PBS -l walltime=01:00:00\\n[ $PBS_ARRAY_INDEX = 2 ] || exit 7; sleep 300\\n' | qsub");
        await Condition.HoldsAsync(async () => (await cluster.RunAsync("qstat -x -f -t '1[].login' | grep -A 12 -F '1[2]'")).Output.Contains("job_state = R", StringComparison.Ordinal), "the second member runs");

        var jobs = (await cluster.RunAsync("qstat -x -f -t '1[].login'")).Output;
        Attributes(jobs).Except(Attributes(PbsFacts.Jobs)).ShouldBeEmpty();
        PbsAnswers.Jobs(jobs).Select(task => (task.Id, task.Phase, task.ExitCode, task.Node)).ShouldBe(
            [("1[1].login", TaskPhase.Ended, 7, "n1"), ("1[2].login", TaskPhase.Running, 0, "n1"), ("1[3].login", TaskPhase.Waiting, 0, "")]);

        var site = (await cluster.RunAsync("qstat -B -f; qstat -Q -f; pbsnodes -a")).Output;
        Attributes(site).Except(Attributes(PbsFacts.Site)).ShouldBeEmpty();
        PbsAnswers.Site(site).ShouldSatisfyAllConditions(
            it => it.Partitions.Select(queue => (queue.Name, queue.IsDefault, queue.MaxTime)).ShouldBe([("main", true, TimeSpan.Zero), ("short", false, TimeSpan.FromMinutes(10)), ("small", false, TimeSpan.Zero)]),
            it => it.NodesOf("main").Select(node => (node.HostName, node.Cores, node.MemoryBytes)).ShouldBe([("n1", 4, 4000L << 20)]),
            it => it.MaxArraySize.ShouldBe(1000),
            it => it.HasAccounting.ShouldBeTrue());
    }

    [PbsFact]
    public async Task Its_jobs_see_nothing_of_Slurm()
    {
        await using var cluster = await PbsCluster.StartAsync(new PbsOptions { Nodes = 1, Tuned = true });

        await cluster.RunAsync("printf '#PBS -J 1-2\\n#PBS -j oe -o %s/out.^array_index^\\nenv | grep -E \"^(PBS|SLURM)\" | sort; pwd\\n' \"$HOME\" | qsub");

        await Condition.HoldsAsync(
            async () => (await cluster.RunAsync("cat out.2")).Lines() is
                ["PBS_ARRAY_ID=1[].login", "PBS_ARRAY_INDEX=2", "PBS_ENVIRONMENT=PBS_BATCH", "PBS_JOBID=1[2].login", "PBS_JOBNAME=STDIN", "/home/builder"],
            "the job has told what it sees");
    }

    private static string Qsub(string directive) => $"printf '#PBS {directive}\\ntrue\\n' | qsub";

    private static async Task Says(PbsCluster cluster, string situation, string command, string id = "")
    {
        var outcome = await cluster.RunAsync($"{{ {command}; }} 2>&1 >/dev/null; echo \"exit $?\"");
        var words = PbsFacts.Words(situation).Replace("ID", id, StringComparison.Ordinal).Replace("SERVER", "login", StringComparison.Ordinal).Split("; ");
        var lines = outcome.Lines();
        lines.Take(words.Length).ShouldBe(words, situation);
        lines[^1].ShouldBe($"exit {PbsFacts.ExitCode(situation)}", situation);
    }

    private static IEnumerable<string> Attributes(string text) => Attribute().Matches(text).Select(match => match.Groups[1].Value).Distinct();

    [GeneratedRegex("^ +([A-Za-z_.]+) = ", RegexOptions.Multiline)]
    private static partial Regex Attribute();
}
