namespace Cake.Clustrix.Tests;

public sealed class References
{
    [Fact]
    public void The_addin_references_the_core_Cake_and_the_base_class_library_only() =>
        typeof(ClustrixAliases).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(name => name is not ("Clustrix" or "Cake.Core") && !name.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();
}
