using Clustrix.Hosts;
using Clustrix.Testing;

namespace Clustrix.Chaos.Grounds;

/// <summary>This machine, with a home of its own for the items.</summary>
internal sealed class LocalGround : Ground
{
    public LocalGround()
    {
        Directory.CreateDirectory(Home);
    }

    public override string Home => ClientHome;

    public override IReadOnlyList<string> ClientArguments => [];

    public override string WayIn => "sh";

    public override Invariants Invariants => Invariants.Of(StoreRoot);

    private protected override IHost Host => new LocalHost(new Dictionary<string, string> { ["HOME"] = Home, ["PATH"] = Environment.GetEnvironmentVariable("PATH")! });

    public override Task<IReadOnlyList<string>> ProcessesAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. Processes.With($"HOME={Home}").Select(Processes.CommandLineOf).Where(line => line.Length > 0)]);

    public override ValueTask DisposeAsync()
    {
        // What a round that failed has left.
        foreach (var process in Processes.With($"HOME={Home}"))
        {
            Processes.Kill(process);
        }

        return base.DisposeAsync();
    }

    private protected override Task<ProcessOutcome> TryAsync(string script) => ChildProcess.RunAsync("/bin/sh", ["-c", script], "/", Limit);
}
