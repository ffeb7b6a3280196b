using System.Globalization;
using System.Xml.Linq;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>A project in a directory of its own, outside of the repository, that takes the packed package from a folder feed.</summary>
public sealed class TempProject : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly PackedPackage _package;
    private int _builds;

    private readonly string _below;

    /// <param name="package">The package.</param>
    /// <param name="name">The name of the project.</param>
    /// <param name="below">Where the project lies below the directory, with a slash at the end; empty for the directory itself.</param>
    public TempProject(PackedPackage package, string name = "Job", string below = "")
    {
        _package = package;
        _below = below;
        Name = name;
        Directory.CreateDirectory(_directory[below]);
        _directory.Write("nuget.config", NuGetConfig());
        _directory.Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <ClustrixStoreRoot>{StoreRoot}</ClustrixStoreRoot>
                <ClustrixCacheDirectory>{_directory["cache"]}</ClustrixCacheDirectory>
                <ClustrixAudit>false</ClustrixAudit>
                <UseAppHost>false</UseAppHost>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
            </Project>
            """);
    }

    public string Name { get; }

    public string Root => _directory.Root;

    public string this[string relative] => _directory[relative];

    public string StoreRoot => this["store"];

    public string ProjectFile => this[$"{_below}{Name}.csproj"];

    /// <summary>Variables for the builds, beside those of the test.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Where the files between build steps lie.</summary>
    public string IntermediateDirectory => this["obj/Debug/net10.0/clustrix"];

    public string Write(string relative, string content) => _directory.Write(relative, content);

    /// <summary>The id of the last run.</summary>
    public string LastRun => Path.GetFileName(Directory.EnumerateDirectories(this[$"{_below}artifacts/clustrix"]).Max(StringComparer.Ordinal)!);

    /// <summary>The files that the last run brought back, under its <c>items/</c>, in order.</summary>
    public IReadOnlyList<string> Artifacts()
    {
        var items = this[$"{_below}artifacts/clustrix/{LastRun}/items"];
        return [.. Directory.EnumerateFiles(items, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(items, file)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The text of a file that the last run brought back.</summary>
    public string Artifact(string path) =>
        File.ReadAllText(this[$"{_below}artifacts/clustrix/{LastRun}/items/{path}"]);

    /// <summary>Writes a small console program's project that takes the package in one of its forms.</summary>
    public TempProject WriteProgram(string body, Consumption consumption = Consumption.PackageReference, string frameworks = "<TargetFramework>net10.0</TargetFramework>")
    {
        var sdk = consumption == Consumption.Sdk ? $"""<Sdk Name="Clustrix.MSBuild" Version="{_package.Version}" />""" : "";
        var reference = consumption == Consumption.PackageReference
            ? $"""<ItemGroup><PackageReference Include="Clustrix.MSBuild" Version="{_package.Version}" PrivateAssets="all" /></ItemGroup>"""
            : "";
        if (consumption == Consumption.GlobalPackageReference)
        {
            _directory.Write("Directory.Packages.props", $"""
                <Project>
                  <PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup>
                  <ItemGroup><GlobalPackageReference Include="Clustrix.MSBuild" Version="{_package.Version}" /></ItemGroup>
                </Project>
                """);
        }

        _directory.Write("Program.cs", """System.Console.WriteLine("hello " + string.Join(' ', args));""");
        _directory.Write($"{Name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              {sdk}
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                {frameworks}
              </PropertyGroup>
              {reference}
              {body}
            </Project>
            """);
        return this;
    }

    /// <summary>Gives every project of the directory the package, with no line in the project itself.</summary>
    public TempProject TakePackageForAll()
    {
        _directory.Write("Directory.Build.targets", $"""
            <Project>
              <ItemGroup><PackageReference Include="Clustrix.MSBuild" Version="{_package.Version}" PrivateAssets="all" /></ItemGroup>
            </Project>
            """);
        return this;
    }

    /// <summary>Runs <c>dotnet build</c> with further arguments.</summary>
    public Task<BuildResult> BuildAsync(params string[] arguments) => BuildOtherAsync(ProjectFile, arguments);

    /// <summary>Runs <c>dotnet build</c> on another project file of the directory.</summary>
    public async Task<BuildResult> BuildOtherAsync(string projectFile, params string[] arguments)
    {
        var binaryLog = this[string.Create(CultureInfo.InvariantCulture, $"build-{++_builds}.binlog")];
        string[] all = [.. CommandLine(projectFile, arguments), $"-bl:{binaryLog}"];
        var outcome = await ChildProcess.RunAsync("dotnet", all, Root, TimeSpan.FromMinutes(2), Environment);
        return new BuildResult("dotnet " + string.Join(' ', all), outcome, binaryLog);
    }

    /// <summary>The arguments of <c>dotnet</c> that build the project.</summary>
    public string[] CommandLine(params string[] arguments) => CommandLine(ProjectFile, arguments);

    private static string[] CommandLine(string projectFile, string[] arguments) => ["build", projectFile, "-nologo", "-tl:off", "-v:n", .. arguments];

    public void Dispose() => _directory.Dispose();

    // The package comes from the folder and everything else from the repository's source, so that neither is asked for the other's.
    private string NuGetConfig()
    {
        var repository = XDocument.Load(Repository.At("nuget.config"));
        var source = repository.Descendants("packageSources").Elements("add").Single().Attribute("value")!.Value;
        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_package.PackagesFolder}" /></config>
              <packageSources>
                <clear />
                <add key="packed" value="{_package.Feed}" />
                <add key="repository" value="{source}" protocolVersion="3" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="packed"><package pattern="Clustrix.*" /></packageSource>
                <packageSource key="repository"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """;
    }
}
