namespace Clustrix.Results;

/// <summary>What became of one item of a run.</summary>
/// <param name="Name">The item's name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Record">The record that holds; null when there is none (<see cref="Outcome.Lost"/>, <see cref="Outcome.Cancelled"/>).</param>
/// <param name="Cached">Whether the result is that of an earlier run.</param>
/// <param name="Attempts">Attempts made in this run; 0 for a cached result.</param>
/// <param name="Host">The host of the cluster that has the record and the outputs, as the cluster calls it; empty without a record.</param>
public sealed record ItemResult(string Name, Outcome Outcome, AttemptRecord? Record, bool Cached, int Attempts, string Host = "")
{
    /// <summary>How long one attempt was allowed to take; null when that isn't known.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The module or the command of the item's setup that ended it; null when it came to its command.</summary>
    public string? FailedStep { get; init; }

    /// <summary>The attempts beside the one whose record holds, in their order.</summary>
    public IReadOnlyList<Attempt> OtherAttempts { get; init; } = [];

    /// <summary>Whether the item passed only after it had failed. An attempt that a lost worker or host ended is no failure.</summary>
    public bool Flaky => Outcome == Outcome.Passed && !Cached && OtherAttempts.Any(attempt => attempt.IsFailure);
}
