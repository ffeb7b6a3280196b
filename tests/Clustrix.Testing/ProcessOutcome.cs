namespace Clustrix.Testing;

/// <summary>How a program ended, and what it wrote to both of its streams.</summary>
public sealed record ProcessOutcome(int ExitCode, string Output)
{
    /// <summary>The lines that hold anything.</summary>
    public IReadOnlyList<string> Lines() => Output.Split((char[])['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
