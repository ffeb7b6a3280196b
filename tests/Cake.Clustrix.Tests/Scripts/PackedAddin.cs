using System.IO.Compression;
using System.Xml.Linq;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

/// <summary>The addin, packed once for all tests into a folder feed, and the real Cake restored from the samples' tool manifest.</summary>
public sealed class PackedAddin : IAsyncLifetime, IDisposable
{
    private const string Version = "0.1.0";

    private readonly TempDirectory _directory = new();

    public string Feed => _directory["feed"];

    /// <summary>Where NuGet unpacks the addin; the user's own folder may hold another build of this version.</summary>
    public string Packages => _directory["packages"];

    /// <summary>The paths in the package, without those that every NuGet package has.</summary>
    public IReadOnlyList<string> Files()
    {
        using var archive = Open();
        return [.. archive.Entries.Select(e => e.FullName)
            .Where(path => !path.StartsWith("_rels/", StringComparison.Ordinal) && !path.StartsWith("package/", StringComparison.Ordinal) && path != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }

    public string Text(string file)
    {
        using var archive = Open();
        using var reader = new StreamReader(archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }

    public async Task InitializeAsync()
    {
        await RunAsync(
            Repository.Root, "pack", "src/Cake.Clustrix/Cake.Clustrix.csproj", "--no-build", "--configuration", Repository.Configuration, "--output", Feed, $"-p:PackageVersion={Version}");
        await RunAsync(Repository.At("samples/Cake"), "tool", "restore", "--configfile", Repository.At("nuget.config"));
    }

    /// <summary>The settings of NuGet with which a script sees this feed and nothing else.</summary>
    public string NuGetConfig() => NuGetConfig([], []);

    /// <summary>The settings of NuGet with which the addin comes from this feed, and everything else from where the repository takes it.</summary>
    public string NuGetConfigWithTools()
    {
        var source = XDocument.Load(Repository.At("nuget.config")).Descendants("packageSources").Elements("add").Single();
        return NuGetConfig([source], [Mapping("packed", "Cake.Clustrix"), Mapping(source.Attribute("key")!.Value, "*")]);
    }

    private string NuGetConfig(XElement[] sources, XElement[] mappings) => new XDocument(
        new XElement(
            "configuration",
            new XElement("config", new XElement("add", new XAttribute("key", "globalPackagesFolder"), new XAttribute("value", Packages))),
            new XElement("packageSources", new XElement("clear"), new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", Feed)), sources),
            new XElement("packageSourceMapping", mappings))).ToString();

    private static XElement Mapping(string source, string pattern) =>
        new("packageSource", new XAttribute("key", source), new XElement("package", new XAttribute("pattern", pattern)));

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _directory.Dispose();

    private ZipArchive Open() => ZipFile.OpenRead(Path.Combine(Feed, $"Cake.Clustrix.{Version}.nupkg"));

    private static async Task RunAsync(string directory, params string[] arguments)
    {
        var outcome = await ChildProcess.RunAsync("dotnet", arguments, directory, TimeSpan.FromMinutes(2));
        outcome.ExitCode.ShouldBe(0, outcome.Output);
    }
}
