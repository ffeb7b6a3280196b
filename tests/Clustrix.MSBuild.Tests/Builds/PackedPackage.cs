using System.IO.Compression;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>The package, packed once for all tests, in a feed of its own and under a version that no cache has seen.</summary>
public sealed class PackedPackage : IAsyncLifetime, IDisposable
{
    private readonly TempDirectory _directory = new();

    public string Version { get; } = $"0.1.0-t{Guid.NewGuid():N}"[..16];

    public string Feed => _directory["feed"];

    /// <summary>The global packages folder of all test projects; the package is extracted into it once.</summary>
    public string PackagesFolder => _directory["packages"];

    /// <summary>The paths in the package, without those that every NuGet package has.</summary>
    public IReadOnlyList<string> Files()
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Feed, $"Clustrix.MSBuild.{Version}.nupkg"));
        return [.. archive.Entries.Select(e => e.FullName)
            .Where(path => !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal) && path != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }

    public string Text(string file)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(Feed, $"Clustrix.MSBuild.{Version}.nupkg"));
        using var reader = new StreamReader(archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    public async Task InitializeAsync()
    {
        var packed = await ChildProcess.RunAsync(
            "dotnet",
            ["pack", "src/Tasks/Clustrix.MSBuild.csproj", "--no-build", "--configuration", Repository.Configuration, "--output", Feed, $"-p:PackageVersion={Version}"],
            Repository.Root,
            TimeSpan.FromMinutes(2));
        packed.ExitCode.ShouldBe(0, packed.Output);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();
}
