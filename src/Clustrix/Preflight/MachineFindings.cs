using System.Globalization;
using Clustrix.Configuration;

namespace Clustrix.Preflight;

/// <summary>What a host is, and whether its clock and its limits will do.</summary>
/// <param name="answer">What the host has said.</param>
/// <param name="facts">The same as values.</param>
/// <param name="commands">Writes the remedies.</param>
internal sealed class MachineFindings(ProbeAnswer answer, HostFacts facts, HostCommands commands)
{
    private const int FewFiles = 1024;
    private const int FewProcesses = 1024;
    private const int FewProcessIds = 32_768;
    private static readonly TimeSpan LargeSkew = TimeSpan.FromSeconds(5);

    private string User => facts.User.Length > 0 ? facts.User : "$USER";

    public IEnumerable<Finding> All() =>
        new[]
        {
            facts.Platform.Length > 0 ? Finding.Ok("system", $"{facts.Platform}, kernel {facts.Kernel}, {facts.RuntimeIdentifier}") : null,
            facts.Cores > 0 ? Finding.Ok("cores", string.Create(CultureInfo.InvariantCulture, $"{facts.Cores}")) : null,
            facts.MemoryBytes > 0 ? Finding.Ok("memory", $"{ByteSize.Format(facts.MemoryBytes)}, {ByteSize.Format(facts.AvailableMemoryBytes)} available") : null,
            Clock(),
            Dotnet(),
            Limit("open files", "limit.files", FewFiles, $"echo '{User} - nofile 65536' | sudo tee /etc/security/limits.d/clustrix-files.conf"),
            Limit("processes", "limit.processes", FewProcesses, $"echo '{User} - nproc 65536' | sudo tee /etc/security/limits.d/clustrix-processes.conf"),
            Limit("process ids", "limit.pids", FewProcessIds, "sudo sysctl -w kernel.pid_max=4194304"),
            Processes(),
            Logout(),
        }.OfType<Finding>();

    private Finding? Clock()
    {
        if (facts.ClockSkew is not { } skew)
        {
            return null;
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0.00} s {(skew < TimeSpan.Zero ? "behind" : "ahead of")} this machine's, give or take {facts.RoundTrip.TotalSeconds / 2:0.00} s");
        return skew.Duration() - (facts.RoundTrip / 2) > LargeSkew
            ? Finding.Warning("clock", $"the clock is {text}: file times and the ages of runs will mislead", commands.There("sudo timedatectl set-ntp true"))
            : Finding.Ok("clock", text);
    }

    private Finding Dotnet() => answer.Has("runtime.broken")
        ? Finding.Warning(".NET", $"dotnet is there and doesn't run ({answer.Text("runtime.broken")})", commands.There("dotnet --info"), "Mend it, or take it off the PATH: the runtime is sent along then.")
        : Finding.Ok(".NET", facts.Frameworks.Count == 0 ? "none" : string.Join(", ", facts.Frameworks));

    private Finding? Limit(string subject, string name, long few, string command) => (answer.Text(name), answer.Number(name)) switch
    {
        ("", _) => null,
        (_, { } number) when number < few => Finding.Warning(
            subject, string.Create(CultureInfo.InvariantCulture, $"only {number} {subject} are allowed, which many programs at once will exceed"), commands.There(command)),
        var (text, _) => Finding.Ok(subject, $"at most {text}"),
    };

    private Finding? Processes() => answer.Has("proc")
        ? Finding.Warning(
            "/proc", "there is no /proc: what an item leaves running can't be found and ended", commands.There("sudo mount -t proc proc /proc"))
        : null;

    private Finding? Logout() => answer.Has("logout")
        ? Finding.Warning(
            "logout",
            "the system ends what a user leaves running when he logs out (KillUserProcesses): a run won't outlive its client",
            commands.There($"loginctl enable-linger {User}"))
        : null;
}
