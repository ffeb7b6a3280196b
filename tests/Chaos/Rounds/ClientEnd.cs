namespace Clustrix.Chaos.Rounds;

/// <summary>How a client ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record ClientEnd(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit code {ExitCode}\n{Error}{Output}";
}
