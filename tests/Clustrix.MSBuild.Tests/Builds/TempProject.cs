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

    public TempProject(PackedPackage package, string name = "Job")
    {
        _package = package;
        Name = name;
        _directory.Write("nuget.config", NuGetConfig());
        _directory.Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <ClustrixStoreRoot>{_directory["store"]}</ClustrixStoreRoot>
              </PropertyGroup>
            </Project>
            """);
    }

    public string Name { get; }

    public string Root => _directory.Root;

    public string this[string relative] => _directory[relative];

    public string ProjectFile => this[$"{Name}.csproj"];

    /// <summary>Where the files between build steps lie.</summary>
    public string IntermediateDirectory => this["obj/Debug/net10.0/clustrix"];

    public string Write(string relative, string content) => _directory.Write(relative, content);

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

    /// <summary>Runs <c>dotnet build</c> with further arguments.</summary>
    public async Task<BuildResult> BuildAsync(params string[] arguments)
    {
        var binaryLog = this[string.Create(CultureInfo.InvariantCulture, $"build-{++_builds}.binlog")];
        string[] all = ["build", ProjectFile, "-nologo", "-tl:off", "-v:n", $"-bl:{binaryLog}", .. arguments];
        var outcome = await ChildProcess.RunAsync("dotnet", all, Root, TimeSpan.FromMinutes(2));
        return new BuildResult("dotnet " + string.Join(' ', all), outcome, binaryLog);
    }

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
