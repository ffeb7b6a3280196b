using System.Text.Json;
using Clustrix.Testing;

namespace Cake.Clustrix.Tests.Scripts;

[Collection(ScriptCollection.Name)]
public sealed class PackageContent(PackedAddin addin)
{
    [Fact]
    public void The_package_holds_these_files_and_no_other()
    {
        addin.Files().ShouldBe(
        [
            "Cake.Clustrix.nuspec",
            "README.md",
            "icon.png",
            "lib/net10.0/Cake.Clustrix.dll",
            "lib/net10.0/Cake.Clustrix.xml",
            "lib/net10.0/Clustrix.dll",
        ]);
    }

    [Fact]
    public void The_package_depends_on_nothing_and_has_the_tags_of_an_addin()
    {
        var nuspec = addin.Text("Cake.Clustrix.nuspec");

        nuspec.ShouldNotContain("<dependency ");
        nuspec.ShouldContain("<tags>cake script build cake-build addin cake-addin ");
    }

    [Fact]
    public void The_samples_and_the_addin_name_one_version_of_Cake()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Repository.At("samples/Cake/.config/dotnet-tools.json")));
        var version = manifest.RootElement.GetProperty("tools").GetProperty("cake.tool").GetProperty("version").GetString();

        File.ReadAllText(Repository.At("src/Cake.Clustrix/Cake.Clustrix.csproj")).ShouldContain($"<CakeVersion>{version}</CakeVersion>");
        typeof(Core.ICakeContext).Assembly.GetName().Version!.ToString(3).ShouldBe(version);
    }
}
