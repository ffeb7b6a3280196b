namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>The ways in which a project may take the package.</summary>
public enum Consumption
{
    PackageReference,
    Sdk,
    GlobalPackageReference,
}
