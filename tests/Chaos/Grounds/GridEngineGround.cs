using Clustrix.Testing.GridEngine;

namespace Clustrix.Chaos.Grounds;

/// <summary>See <see cref="BatchGround"/>.</summary>
internal sealed class GridEngineGround : BatchGround
{
    private GridEngineGround(GridEngineCluster gridEngine)
        : base(gridEngine)
    {
    }

    public static async Task<GridEngineGround> StartAsync() =>
        new(await GridEngineCluster.StartAsync(new GridEngineOptions { Tuned = true, Slots = 1, HomeSize = HomeSize }));

    // A queue of a node that is as it should be has no state.
    public override Task<string> QueueAsync() => AskAsync("qstat -u '*'; qstat -f -q main.q | awk '/^main.q@/ && NF > 5'");

    // A job's name is an array's, and there is one array of a name. What has ended is known to the accounting alone.
    public override Task<string> DoubleJobsAsync() =>
        AskAsync("qacct -j 2>/dev/null | awk '$1 == \"jobname\" { name = $2 } $1 == \"jobnumber\" { print name, $2 }' | sort -u | cut -d ' ' -f 1 | uniq -d");
}
