namespace Clustrix.Tests;

/// <summary>Tests that run after all others, one by one.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
