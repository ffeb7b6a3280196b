using Clustrix.Conformance.Schedulers;
using Clustrix.Schedulers;
using Clustrix.Testing.Pbs;

namespace Clustrix.Conformance.Pbs;

/// <summary>What is run to ask PBS, by real shells, with commands that say and exit with what is known of PBS.</summary>
public sealed class CommandsForPbs : IDisposable
{
    private static readonly PbsDialect Dialect = new();

    private readonly ScriptedCommands _commands = new();

    public static TheoryData<string> Shells => ScriptedCommands.Shells;

    public void Dispose() => _commands.Dispose();

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Jobs_are_found_by_their_names_and_told_of_in_whole_lines(string shell)
    {
        Put("qselect", "case \"$*\" in '-x -N cx.r.c0.1') echo '12[].pbs' ;; '-x -N cx.r.c1.1') echo 13.pbs ;; *) exit 2 ;; esac");
        // One of them has gone by now.
        Put("qstat", $"[ \"$*\" = '-x -f -t 12[].pbs 13.pbs' ] || exit 2; cat '{Facts()}'; echo 'qstat: Unknown Job Id 13.pbs' >&2; exit {PbsFacts.ExitCode("qstat-unknown")}");

        var (code, output) = await RunAsync(shell, "CLUSTRIX_JOBS=r.c0.1,r.c1.1; " + Dialect.QueueCommand);

        code.ShouldBe(0, output);
        var told = string.Concat(output.Split('\n').Where(line => !line.StartsWith("qstat: ", StringComparison.Ordinal)).Select(line => line + "\n"));
        Dialect.ReadQueue(told).ShouldBe(Dialect.ReadQueue(PbsFacts.Jobs));
        told.Length.ShouldBeLessThan(PbsFacts.Jobs.Length);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Without_a_history_it_is_asked_again_without_one(string shell)
    {
        Put("qselect", $"[ \"$1\" = -x ] && {{ echo '{PbsFacts.Words("qselect-no-history")}' >&2; exit 0; }}; [ \"$*\" = '-N cx.r.c0.1' ] && echo '12[].pbs'");
        Put("qstat", $"[ \"$1\" = -x ] && {{ echo 'qstat: no history' >&2; exit 0; }}; [ \"$*\" = '-f -t 12[].pbs' ] && cat '{Facts()}'");

        (await RunAsync(shell, "CLUSTRIX_JOBS=r.c0.1; " + Dialect.QueueCommand)).Output.ShouldContain("Job Id: 12[1].pbs");
        (await RunAsync(shell, Dialect.FindCommand("r.c0.1"))).Output.ShouldBe("12[].pbs");
        (await RunAsync(shell, Dialect.EndedCommand("r.c0.1", "12[].pbs"))).Output.ShouldContain("Job Id: 12[3].pbs");
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task What_is_over_and_forgotten_is_no_fault(string shell)
    {
        Put("qselect", "[ \"$1\" != -N ] || exit 0");
        Put("qstat", $"echo 'qstat: Unknown Job Id 12[].pbs' >&2; exit {PbsFacts.ExitCode("qstat-unknown")}");
        Put("qdel", "exit 2");

        (await RunAsync(shell, "CLUSTRIX_JOBS=r.c0.1; " + Dialect.QueueCommand)).ShouldBe((0, ""));
        (await RunAsync(shell, Dialect.FindCommand("r.c0.1"))).ShouldBe((0, ""));
        (await RunAsync(shell, Dialect.CancelCommand(new Dictionary<string, string> { ["r.c0.1"] = "12[].pbs" }))).ShouldBe((0, ""));
        var (code, output) = await RunAsync(shell, Dialect.EndedCommand("r.c0.1", "12[].pbs") + " 2>/dev/null");
        code.ShouldBe(0);
        Dialect.ReadEnded("12[].pbs", output).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task All_jobs_of_a_run_are_ended_by_one_command(string shell)
    {
        Put("qselect", "case $2 in cx.r.c0.1) echo '12[].pbs' ;; cx.r.c1.1) echo 13.pbs ;; esac");
        Put("qdel", "echo \"$# $*\"");
        // A name that an id would match if it were a pattern.
        _commands.Directory.Write("12.pbs", "");

        (await RunAsync(shell, Dialect.CancelCommand(new Dictionary<string, string> { ["r.c0.1"] = "12[].pbs", ["r.c1.1"] = "13.pbs", ["r.c2.1"] = "14.pbs" }))).ShouldBe((0, "2 12[].pbs 13.pbs"));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_server_that_is_down_is_heard_of(string shell)
    {
        foreach (var command in new[] { "qselect", "qstat", "qdel", "pbsnodes" })
        {
            Put(command, $"echo '{PbsFacts.Words(command + "-down")}' >&2; exit {PbsFacts.ExitCode(command + "-down")}");
        }

        string[] commands =
        [
            Dialect.SiteCommand,
            "CLUSTRIX_JOBS=r.c0.1; " + Dialect.QueueCommand,
            Dialect.FindCommand("r.c0.1"),
            Dialect.EndedCommand("r.c0.1", "12[].pbs"),
            Dialect.CancelCommand(new Dictionary<string, string> { ["r.c0.1"] = "12[].pbs" }),
        ];
        foreach (var command in commands)
        {
            var (code, output) = await RunAsync(shell, command);
            code.ShouldNotBe(0, command);
            Dialect.IsAbsence(output).ShouldBeTrue(command);
        }
    }

    private string Facts() => _commands.Directory.Write("facts", PbsFacts.Jobs);

    private void Put(string command, string script) => _commands.Put(command, script);

    private Task<(int Code, string Output)> RunAsync(string shell, string command) => _commands.RunAsync(shell, command);
}
