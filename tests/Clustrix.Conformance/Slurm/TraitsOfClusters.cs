using Clustrix.Testing;
using Clustrix.Testing.Slurm;
using Clustrix.Testing.Ssh;

namespace Clustrix.Conformance.Slurm;

public sealed class TraitsOfClusters
{
    [SlurmFact]
    public async Task A_cluster_starts_with_all_nodes_idle()
    {
        await using var cluster = await SlurmCluster.StartAsync();

        (await Said(cluster, "sinfo -h -o '%P %t %N' | sort; uname -n; pwd")).ShouldBe($"main* idle n[1-2] short idle n[1-2] small idle n1 login {SshNode.Home}");
    }

    private static async Task<string> Said(SlurmCluster cluster, string command) => Line(await cluster.RunAsync(command));

    private static string Line(ProcessOutcome outcome) =>
        string.Join(' ', outcome.Output.Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
}
