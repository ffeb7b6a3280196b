using Clustrix.Runs;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Testing;

/// <summary>What holds of a store after every fault: no blob is bad, no result is double and none is lost, and nobody is left behind.</summary>
/// <param name="shell">Runs a script of <c>sh</c> where the store is, as somebody who may read all of it.</param>
/// <param name="root">The store's root there.</param>
public sealed class Invariants(Func<string, Task<ProcessOutcome>> shell, string root)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    // Says what is wrong, one thing a line; nothing in a sound store.
    private const string Check = """
        cd "$1" 2>/dev/null || exit 0
        sums=$(mktemp)
        (cd cas && find . -type f -exec sha256sum {} +) | while read -r digest path; do
        	name=$(printf %s "${path#./}" | tr -d /)
        	[ "${name%x}" = "$digest" ] || echo "blob $name holds $digest"
        done
        find cas -type f ! -perm 444 ! -name '*x'
        find cas -type f ! -perm 555 -name '*x'
        for ready in ws/*.ready; do
        	read -r directory _ 2>/dev/null <"$ready" || continue
        	[ -d "ws/$directory" ] || echo "$ready names $directory, which isn't there"
        	find "ws/$directory" -type f -size +0 -links 1
        	find "ws/$directory" \( -type f -o -type d \) -perm -200
        	while read -r blob; do [ -e "cas/$blob" ] || echo "$directory lacks $blob"; done <"ws/$directory.blobs"
        done
        for run in run/*/; do
        	[ -d "$run/done" ] || continue
        	cat "$run"/journal.* 2>/dev/null | sed -n 's/^done .*"item":\([0-9]*\),.*/\1/p' | sort | uniq -d | sed "s|^|$run tells twice of item |"
        	for record in "$run"/done/*; do
        		[ -e "$record" ] || continue
        		attempt=$(sed -n 's/.*"dir":"\([^"]*\)".*/\1/p' "$record")
        		sed 's/{"path":/\n&/g' "$record" | sed -n 's/^{"path":"\([^"%]*\)","size":[0-9]*,"sha256":"\([0-9a-f]*\)".*/\2  \1/p' >"$sums"
        		[ ! -s "$sums" ] || (cd "$attempt" && sha256sum -c "$sums" 2>&1 | grep -v ': OK$' | sed "s|^|$record: |")
        	done
        done
        rm -f "$sums"
        """;

    // Says which runs aren't over. One that has finished, or whose pool was killed behind the last result, has a record of every item.
    private const string CheckRecords = """
        cd "$1" 2>/dev/null || exit 0
        for ready in run/*.ready; do
        	read -r run _ 2>/dev/null <"$ready" || continue
        	end='no end' items=
        	read -r end 2>/dev/null <"run/$run/ended"
        	read -r items _ <"run/$run/spec"
        	[ "$end" = cancelled ] || [ "$(ls "run/$run/done" | wc -l)" -eq "$items" ] || echo "run/$run has $end and $(ls "run/$run/done" | wc -l) of $items records"
        done
        """;

    // What a clean-up leaves of a run that is over is the store's own furniture.
    private const string Leftovers = """cd "$1" 2>/dev/null && find tmp trash -mindepth 1 -maxdepth 1; find run ws cas res -type f""";

    /// <summary>Of the store in its usual place on a host.</summary>
    public static Invariants Of(SshNode node) => new(node.RunAsRootAsync, $"{SshNode.Home}/.cache/clustrix");

    /// <summary>Of a store on this machine.</summary>
    public static Invariants Of(string root) => new(script => ChildProcess.RunAsync("/bin/sh", ["-c", script], "/", Limit), root);

    /// <summary>What holds at any time: what has a name is whole, and each record is the account of what lies there.</summary>
    public async Task HoldAsync() => (await SaidAsync(Check)).ShouldBeEmpty();

    /// <summary>What holds when a run is over: every item has one result.</summary>
    public async Task HoldAsync(RunResult run, Workload workload)
    {
        await HoldAsync();
        run.Results.Select(result => result.Name).ShouldBe(workload.Items.Select(item => item.Name));
        run.Results.ShouldAllBe(result => result.Record != null);
    }

    /// <summary>What holds when all runs are over: each that wasn't cancelled has a record of every item.</summary>
    public async Task EveryRunIsOverAsync() => (await SaidAsync(CheckRecords)).ShouldBeEmpty();

    /// <summary>Waits until no process of the user's is left, and nothing but the store's furniture after a clean-up.</summary>
    /// <param name="processes">The command lines of the user's processes.</param>
    /// <param name="clean">Removes from the store what nobody uses.</param>
    public async Task NothingIsLeftAsync(Func<Task<IReadOnlyList<string>>> processes, Func<Task> clean)
    {
        await NobodyIsLeftAsync(processes);
        await clean();

        // The clean-up's own session ends behind its back.
        await NobodyIsLeftAsync(processes);
        (await SaidAsync(Leftovers)).ShouldBeEmpty();
    }

    private static async Task NobodyIsLeftAsync(Func<Task<IReadOnlyList<string>>> processes)
    {
        IReadOnlyList<string> left = [];
        await Condition.HoldsAsync(async () => (left = await processes()).Count == 0, () => $"no process is left, as are {string.Join("; ", left)}");
    }

    private async Task<string[]> SaidAsync(string script)
    {
        var outcome = await shell($"set -- '{root}'; {script}");
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
