namespace Clustrix.Runs;

/// <summary>What cancelling a run has changed.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Before">What it did before. One that had ended stays as it was.</param>
/// <param name="WasCancelled">Whether it had been cancelled before.</param>
public sealed record Cancellation(string Run, RunState Before, bool WasCancelled)
{
    /// <summary>The batch scheduler that had its jobs; empty when none had.</summary>
    public string Scheduler { get; init; } = "";

    /// <summary>Workers of a run that had ended which the scheduler still had, and which are out of its queue now.</summary>
    public int TakenOut { get; init; }

    /// <summary>What was changed on several hosts, as one.</summary>
    internal static Cancellation Together(IReadOnlyList<Cancellation> parts) => new(
        parts[0].Run, RunStateText.Together(parts.Select(part => part.Before)), parts.Any(part => part.WasCancelled))
    {
        Scheduler = parts.Select(part => part.Scheduler).FirstOrDefault(name => name.Length > 0, ""),
        TakenOut = parts.Sum(part => part.TakenOut),
    };
}
