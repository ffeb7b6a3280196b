namespace Clustrix.Workloads;

/// <summary>An item with the place where a person wrote it down.</summary>
/// <param name="Item">The item.</param>
/// <param name="File">The file that declares it, as the person wrote it; null where there is none.</param>
/// <param name="Line">The line in <paramref name="File"/>, from 1; 0 where it isn't known.</param>
public sealed record DeclaredItem(Item Item, string? File = null, int Line = 0);
