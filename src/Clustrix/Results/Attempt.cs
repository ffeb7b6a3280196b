using System.Globalization;

namespace Clustrix.Results;

/// <summary>One try of an item.</summary>
/// <param name="Number">Which one it was, from 1.</param>
/// <param name="Outcome">How it ended; <see cref="Outcome.Lost"/> when <paramref name="Cause"/> kept it from ending.</param>
/// <param name="Cause">What ended it beside the item.</param>
/// <param name="Host">The host of the cluster on which it was made, as the cluster calls it.</param>
/// <param name="Record">Its record; null when it left none.</param>
public sealed record Attempt(int Number, Outcome Outcome, AttemptCause Cause, string Host, AttemptRecord? Record)
{
    /// <summary>Whether the item itself failed in it.</summary>
    public bool IsFailure => Cause == AttemptCause.None && Outcome != Outcome.Passed;

    /// <summary>What happened, such as <c>1: Failed (exit code 3)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}: {Outcome}{Reason}");

    private string Reason => this switch
    {
        { Cause: AttemptCause.WorkerDied } => " (its worker died)",
        { Cause: AttemptCause.PoolEnded } => " (its host's workers were ended)",
        { Cause: AttemptCause.TimeLimit } => " (its worker's time was up)",
        { Cause: AttemptCause.Terminated } => " (its worker was told to end)",
        { Cause: AttemptCause.Requeued } => " (its worker was started again elsewhere)",
        { Cause: AttemptCause.NodeFailed } => " (its node failed)",
        { Cause: AttemptCause.Preempted } => " (its worker made room for another job)",
        { Cause: AttemptCause.OutOfMemory } => " (its worker used too much memory)",
        { Cause: AttemptCause.Cancelled } => " (its worker was cancelled)",
        { Cause: AttemptCause.NotLaunched } => " (its worker couldn't be started)",
        { Cause: AttemptCause.Superseded } => " (another attempt passed first)",
        { Cause: AttemptCause.Duplicate } => " (made beside another attempt, and so of no account)",
        { Cause: AttemptCause.HostLost } => $" ({Host} was lost)",
        { Outcome: Outcome.Failed, Record: { } record } => string.Create(CultureInfo.InvariantCulture, $" (exit code {record.ExitCode})"),
        { Outcome: Outcome.Crashed, Record: { Signal: > 0 } record } => string.Create(CultureInfo.InvariantCulture, $" (signal {record.Signal})"),
        _ => "",
    };

    /// <summary>The attempt that a record tells of.</summary>
    internal static Attempt Of(AttemptRecord record, string host) => new(record.Attempt, record.Outcome, record.Cause, host, record);
}
