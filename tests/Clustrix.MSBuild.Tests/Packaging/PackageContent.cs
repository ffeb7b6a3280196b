using Clustrix.MSBuild.Tests.Builds;

namespace Clustrix.MSBuild.Tests.Packaging;

[Collection(BuildCollection.Name)]
public sealed class PackageContent(PackedPackage package)
{
    [Fact]
    public void The_package_holds_these_files_and_no_other()
    {
        package.Files().ShouldBe(
        [
            "Clustrix.MSBuild.nuspec",
            "README.md",
            "Sdk/Sdk.props",
            "Sdk/Sdk.targets",
            "build/Clustrix.MSBuild.props",
            "build/Clustrix.MSBuild.targets",
            "buildMultiTargeting/Clustrix.MSBuild.props",
            "buildMultiTargeting/Clustrix.MSBuild.targets",
            "icon.png",
            "schema/clustrix.schema.json",
            "tasks/net10.0/Clustrix.MSBuild.deps.json",
            "tasks/net10.0/Clustrix.MSBuild.dll",
            "tasks/net10.0/Clustrix.dll",
        ]);
    }

    [Fact]
    public void The_package_depends_on_nothing_and_is_a_development_dependency()
    {
        var nuspec = package.Text("Clustrix.MSBuild.nuspec");

        nuspec.ShouldContain("<developmentDependency>true</developmentDependency>");
        nuspec.ShouldNotContain("<dependency ");
    }

    [Fact]
    public void The_assemblies_that_MSBuild_brings_itself_are_not_named_beside_the_tasks()
    {
        package.Text("tasks/net10.0/Clustrix.MSBuild.deps.json").ShouldNotContain("Microsoft.Build.Framework.dll");
    }
}
