using Clustrix.Testing.Slurm;

namespace Clustrix.Chaos.Grounds;

/// <summary>See <see cref="BatchGround"/>.</summary>
internal sealed class SlurmGround : BatchGround
{
    private SlurmGround(SlurmCluster slurm)
        : base(slurm)
    {
    }

    public static async Task<SlurmGround> StartAsync() => new(await SlurmCluster.StartAsync(new SlurmOptions { Tuned = true, Cpus = 1, HomeSize = HomeSize }));

    public override Task<string> QueueAsync() => AskAsync("squeue -h; sinfo -h -N -p main -o '%N %T %E' | grep -v 'idle none$'");

    // A job's name is an array's, and there is one array of a name.
    public override Task<string> DoubleJobsAsync() => AskAsync("squeue -h -t all -o '%j %F' | sort -u | cut -d ' ' -f 1 | uniq -d");
}
