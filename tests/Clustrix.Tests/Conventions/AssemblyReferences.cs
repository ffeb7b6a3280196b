using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Clustrix.Tests.Conventions;

/// <summary>What a built assembly says about itself, read without loading it.</summary>
internal static class AssemblyReferences
{
    public static IReadOnlyList<string> Of(string assemblyPath)
    {
        using var image = new PEReader(File.OpenRead(assemblyPath));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
