using System.Runtime.InteropServices;
using Clustrix.Diagnostics;
using Clustrix.Workloads;

namespace Clustrix.Runtimes;

/// <summary>The .NET installation of this machine.</summary>
/// <param name="environment">The environment variables: where the installation is.</param>
/// <param name="pack">Makes a payload, as for the workload.</param>
internal sealed class LocalRuntime(IReadOnlyDictionary<string, string> environment, Func<IReadOnlyList<PayloadSource>, CancellationToken, Task<Payload>> pack)
{
    /// <summary>What this machine's runtime runs on: kernel, machine and C library, as hosts say theirs.</summary>
    public static string Platform { get; } =
        $"{(OperatingSystem.IsLinux() ? "Linux" : OperatingSystem.IsMacOS() ? "Darwin" : "Windows")}-{Machine} {(RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "musl" : "glibc")}";

    private static string Machine => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString(),
    };

    /// <summary>Packs what programs need, with the newest versions that suit.</summary>
    /// <exception cref="ClustrixException">This machine lacks it too (<see cref="ErrorCode.RuntimeMissing"/>).</exception>
    public async Task<Payload> PackAsync(IReadOnlyList<FrameworkNeed> needs, CancellationToken cancellationToken)
    {
        var root = FindRoot() ?? throw new ClustrixException(
            ErrorCode.RuntimeMissing, "No .NET installation is found on this machine to send along: DOTNET_ROOT isn't set, and there is no 'dotnet' on the PATH. Install .NET, or publish self-contained and set DotnetRuntime to SelfContained.");
        var frameworks = needs.GroupBy(need => need.Name).ToDictionary(group => group.Key, group => Choose(root, [.. group]));
        frameworks.TryAdd(RuntimeLayer.Core, Newest(root, RuntimeLayer.Core).LastOrDefault() ?? throw Missing(root, needs[0]));
        return await pack(RuntimeLayer.Sources(root, [.. frameworks.Select(pair => (pair.Key, pair.Value.ToString()))], ""), cancellationToken).ConfigureAwait(false);
    }

    private static FrameworkVersion Choose(string root, IReadOnlyList<FrameworkNeed> needs) =>
        Newest(root, needs[0].Name).LastOrDefault(version => needs.All(need => need.Takes(version))) ?? throw Missing(root, needs.MaxBy(need => need.Version)!);

    private static IEnumerable<FrameworkVersion> Newest(string root, string framework)
    {
        var directory = Path.Combine(root, "shared", framework);
        return Directory.Exists(directory)
            ? Directory.EnumerateDirectories(directory).Select(path => FrameworkVersion.TryParse(Path.GetFileName(path))).OfType<FrameworkVersion>().Order()
            : [];
    }

    private static ClustrixException Missing(string root, FrameworkNeed need) => new(
        ErrorCode.RuntimeMissing,
        $"'{need.Program}' needs {need.Name} {need.Version}, and the .NET installation in '{root}' has none that suits. Install it there, or publish self-contained and set DotnetRuntime to SelfContained.");

    // MSBuild and the muxer say which installation they are; otherwise it is the one that a shell would find.
    private string? FindRoot()
    {
        var named = environment.GetValueOrDefault("DOTNET_HOST_PATH", "");
        if (named.Length > 0)
        {
            return Path.GetDirectoryName(Resolve(named));
        }

        var root = environment.GetValueOrDefault("DOTNET_ROOT", "");
        return root.Length > 0 && Directory.Exists(root)
            ? root
            : environment.GetValueOrDefault("PATH", "").Split(':').Where(Path.IsPathRooted).Select(directory => Path.Combine(directory, "dotnet")).Where(File.Exists)
                .Select(path => Path.GetDirectoryName(Resolve(path))).FirstOrDefault();
    }

    private static string Resolve(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
