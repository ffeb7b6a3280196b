using Clustrix.Runs;

namespace Clustrix.Runtimes;

/// <summary>The .NET frameworks that a host has, and what runs there.</summary>
/// <param name="Platform">Kernel, machine and C library, such as <c>Linux-x86_64 glibc</c>.</param>
/// <param name="Frameworks">Names and versions of what the host's <c>dotnet</c> would find.</param>
internal sealed record HostRuntimes(string Platform, IReadOnlyList<(string Name, FrameworkVersion Version)> Frameworks)
{
    /// <summary>What .NET calls the platform.</summary>
    public string Identifier => (Platform.EndsWith(" musl", StringComparison.Ordinal) ? "linux-musl-" : "linux-")
        + (Platform.Contains("aarch64", StringComparison.Ordinal) ? "arm64" : Platform.Contains("x86_64", StringComparison.Ordinal) ? "x64" : Platform.Split('-', ' ')[1]);

    /// <summary>What the host has, for messages.</summary>
    public string Known => Frameworks.Count == 0 ? "; it has no .NET" : $"; it has {string.Join(", ", Frameworks.Select(framework => $"{framework.Name} {framework.Version}"))}";

    public static async Task<HostRuntimes> AskAsync(ClusterHost host, CancellationToken cancellationToken)
    {
        var frameworks = new List<(string, FrameworkVersion)>();
        var platform = await host.Session.AskAsync(
            "runtimes",
            (line, _) =>
            {
                if (line.Split(' ') is [var name, var text] && FrameworkVersion.TryParse(text) is { } version)
                {
                    frameworks.Add((name, version));
                }

                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        return new HostRuntimes(platform, frameworks);
    }

    /// <summary>The first need that the host doesn't meet; null when it meets them all.</summary>
    public FrameworkNeed? Lacks(IEnumerable<FrameworkNeed> needs) =>
        needs.FirstOrDefault(need => !Frameworks.Any(framework => framework.Name == need.Name && need.Takes(framework.Version)));
}
