using Clustrix.Conformance.Schedulers;
using Clustrix.Schedulers;

namespace Clustrix.Conformance.Slurm;

/// <summary>What is run to ask Slurm, by real shells: a command that can't say anything isn't taken for one that says nothing.</summary>
public sealed class CommandsForSlurm : IDisposable
{
    private const string Away = "echo 'Unable to contact slurm controller (connect failure)' >&2; exit 1";
    private const string Waiting = "JobId=7 ArrayJobId=7 ArrayTaskId=1-3 JobName=r.c0.1 JobState=PENDING Reason=Priority Restarts=0 ExitCode=0:0 NodeList=(null)";

    private static readonly SlurmDialect Dialect = new();

    private readonly ScriptedCommands _commands = new();

    public static TheoryData<string> Shells => ScriptedCommands.Shells;

    public void Dispose() => _commands.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_job_is_found_by_its_name_unless_the_controller_is_away(string shell)
    {
        _commands.Put("squeue", "printf '6 BadConstraints\\n7 Priority\\n'");
        (await _commands.RunAsync(shell, Dialect.FindCommand("r.c0.1"))).ShouldBe((0, "7"));

        _commands.Put("squeue", ":");
        (await _commands.RunAsync(shell, Dialect.FindCommand("r.c0.1"))).ShouldBe((0, ""));

        _commands.Put("squeue", Away);
        (await _commands.RunAsync(shell, Dialect.FindCommand("r.c0.1"))).Code.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task What_the_accounting_has_not_heard_of_yet_the_controller_tells(string shell)
    {
        _commands.Put("sacct", ":");
        _commands.Put("scontrol", $"echo '{Waiting}'");

        (await EndedAsync(shell)).ShouldNotBeNull().Select(task => (task.Index, task.Phase)).ShouldBe([(1, TaskPhase.Waiting), (2, TaskPhase.Waiting), (3, TaskPhase.Waiting)]);

        _commands.Put("sacct", "echo '7_1|r.c0.1|CANCELLED by 1000|0:0|n1|None'");
        (await EndedAsync(shell)).ShouldNotBeNull().ShouldHaveSingleItem().End.ShouldBe(TaskEnd.Cancelled);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_controller_that_is_away_has_forgotten_nothing(string shell)
    {
        _commands.Put("sacct", "exit 1");
        _commands.Put("scontrol", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1");
        (await EndedAsync(shell)).ShouldBeNull();

        _commands.Put("scontrol", Away);
        (await _commands.RunAsync(shell, Dialect.EndedCommand("r.c0.1", "7"))).ShouldBe((1, "Unable to contact slurm controller (connect failure)"));
    }

    private async Task<IReadOnlyList<WorkerTask>?> EndedAsync(string shell)
    {
        var (code, output) = await _commands.RunAsync(shell, Dialect.EndedCommand("r.c0.1", "7"));
        code.ShouldBe(0, output);
        return Dialect.ReadEnded("7", output);
    }
}
