namespace Cake.Clustrix.Tests.Scripts;

/// <summary>Tests that run the real Cake: one package for all, and one after the other, because each takes all cores.</summary>
[CollectionDefinition(Name)]
public sealed class ScriptCollection : ICollectionFixture<PackedAddin>
{
    public const string Name = "scripts";
}
