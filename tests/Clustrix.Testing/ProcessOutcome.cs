namespace Clustrix.Testing;

/// <summary>How a program ended, and what it wrote to both of its streams.</summary>
public sealed record ProcessOutcome(int ExitCode, string Output);
