using Clustrix.Testing;

namespace Clustrix.Cli.Tests;

public sealed partial class ToolSandbox
{
    /// <summary>Writes a program with items, as one that has the package.</summary>
    public void WriteProject(string path, string items)
    {
        Isolate();
        var tasks = Repository.At($"src/Tasks/bin/{Repository.Configuration}/net10.0/Clustrix.MSBuild.dll");
        var name = Path.GetFileNameWithoutExtension(path);
        Write(path, $"""
            <Project>
              <Import Project="Sdk.props" Sdk="Microsoft.NET.Sdk" />
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <ClustrixTasksAssembly>{tasks}</ClustrixTasksAssembly>
                <ClustrixStoreRoot>{Store}</ClustrixStoreRoot>
                <ClustrixAudit>false</ClustrixAudit>
              </PropertyGroup>
              <Import Project="{Repository.At("src/Tasks/build/Clustrix.MSBuild.props")}" />
              <ItemGroup>{items}</ItemGroup>
              <Import Project="Sdk.targets" Sdk="Microsoft.NET.Sdk" />
              <Import Project="{Repository.At("src/Tasks/build/Clustrix.MSBuild.targets")}" />
            </Project>
            """);
        Write(Path.Combine(Path.GetDirectoryName(path) ?? "", $"{name}.Program.cs"), $"System.Console.WriteLine(\"hello from {name}\");");
    }

    /// <summary>A project may not inherit what the repository says, and no build server may stay behind.</summary>
    public void Isolate()
    {
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            Write(name, "<Project />");
        }

        File.Copy(Repository.At("nuget.config"), this["nuget.config"], overwrite: true);
        Environment["UseSharedCompilation"] = "false";
    }
}
