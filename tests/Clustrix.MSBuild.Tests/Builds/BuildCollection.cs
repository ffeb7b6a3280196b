namespace Clustrix.MSBuild.Tests.Builds;

/// <summary>Tests that run real builds: one package for all, and one after the other, because each build takes all cores.</summary>
[CollectionDefinition(Name)]
public sealed class BuildCollection : ICollectionFixture<PackedPackage>
{
    public const string Name = "builds";
}
