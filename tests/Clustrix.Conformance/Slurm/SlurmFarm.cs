using Clustrix.Conformance.Schedulers;
using Clustrix.Testing.Slurm;

namespace Clustrix.Conformance.Slurm;

/// <summary>A real Slurm cluster and what a test needs to run workloads on it.</summary>
public sealed class SlurmFarm : BatchFarm
{
    private SlurmFarm(SlurmCluster slurm)
        : base(slurm)
    {
        Slurm = slurm;
    }

    public SlurmCluster Slurm { get; }

    public static async Task<SlurmFarm> StartAsync(SlurmOptions? options = null) => new(await SlurmCluster.StartAsync(options ?? new SlurmOptions { Tuned = true }));

    /// <summary>Has a command of Slurm do something else as long as there is a file in the home.</summary>
    public async Task WrapAsync(string command, string file, string instead)
    {
        var wrapped = await Slurm.Login.RunAsRootAsync(
            $$"""
            mv /usr/bin/{{command}} /usr/bin/{{command}}.real && cat >/usr/bin/{{command}} <<'END' && chmod 755 /usr/bin/{{command}}
            #!/bin/sh
            [ ! -e /home/builder/{{file}} ] || { {{instead}}; }
            exec {{command}}.real "$@"
            END
            """);
        wrapped.ExitCode.ShouldBe(0, wrapped.Output);
    }

    /// <summary>Has Slurm say that it has nothing in its queue, as long as there is a file <c>hidden</c> in the home.</summary>
    public Task HideQueueAsync() => WrapAsync("squeue", "hidden", "exit 0");
}
