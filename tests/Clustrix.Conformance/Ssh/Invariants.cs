using Clustrix.Runs;
using Clustrix.Stores;
using Clustrix.Testing.Ssh;
using Clustrix.Workloads;

namespace Clustrix.Conformance.Ssh;

/// <summary>What holds after every fault: no blob is bad, no result is double and none is lost, and nobody is left behind.</summary>
internal static class Invariants
{
    // Says what is wrong, one thing a line; nothing in a sound store.
    private const string Check = """
        cd "$1" 2>/dev/null || exit 0
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
        		sed 's/{"path":/\n&/g' "$record" | sed -n 's/^{"path":"\([^"%]*\)","size":[0-9]*,"sha256":"\([0-9a-f]*\)".*/\2  \1/p' >/tmp/sums
        		[ ! -s /tmp/sums ] || (cd "$attempt" && sha256sum -c /tmp/sums 2>&1 | grep -v ': OK$' | sed "s|^|$record: |")
        	done
        done
        """;

    // What a clean-up leaves of a run that is over is the store's own furniture.
    private const string Leftovers = """cd "$1" 2>/dev/null && find tmp trash -mindepth 1 -maxdepth 1; find run ws cas res -type f""";

    /// <summary>What holds at any time: what has a name is whole, and each record is the account of what lies there.</summary>
    public static async Task HoldAsync(SshNode node) => (await SaidAsync(node, Check)).ShouldBeEmpty();

    /// <summary>What holds when a run is over: every item has one result.</summary>
    public static async Task HoldAsync(SshNode node, RunResult run, Workload workload)
    {
        await HoldAsync(node);
        run.Results.Select(result => result.Name).ShouldBe(workload.Items.Select(item => item.Name));
        run.Results.ShouldAllBe(result => result.Record != null);
    }

    /// <summary>Waits until no process of the user's is left, and nothing but the store's furniture after a clean-up.</summary>
    public static async Task NothingIsLeftAsync(Farm farm, SshNode node)
    {
        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "no process is left");
        await using (var cluster = await farm.ConnectAsync(node.Name))
        {
            await cluster.CleanAsync(new Retention(0, long.MaxValue), dryRun: false, farm.Token);
        }

        // The clean-up's own session ends behind its back.
        await Condition.HoldsAsync(async () => (await node.ProcessesOfUserAsync()).Count == 0, "no process is left");
        (await SaidAsync(node, Leftovers)).ShouldBeEmpty();
    }

    private static async Task<string[]> SaidAsync(SshNode node, string script)
    {
        var outcome = await node.RunAsRootAsync($"set -- {SshNode.Home}/.cache/clustrix; {script}");
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
