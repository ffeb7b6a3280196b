using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>Looks again and again for a host that was lost sight of, less and less often.</summary>
/// <param name="run">The run.</param>
/// <param name="patience">How long until it is given up; it is looked for all the same.</param>
/// <param name="hasOthers">Whether others may do what it can't: then one that fails is as good as away, whatever the reason.</param>
/// <param name="log">Hears of it.</param>
/// <param name="time">The clock.</param>
internal sealed class HostAbsence(string run, TimeSpan patience, bool hasOthers, ILog log, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Notes that a step failed, and orders that the next one begins with a new connection.</summary>
    /// <param name="part">The host's part.</param>
    /// <param name="failure">Why.</param>
    /// <param name="before">For how long that has been so already.</param>
    /// <param name="onReturn">Orders what a host that is back has to do first.</param>
    /// <exception cref="ClustrixException">The failure is no matter of the connection, and no other host can do the work.</exception>
    public void Begin(RunPart part, ClustrixException failure, TimeSpan before, Action<RunPart> onReturn)
    {
        var isOutOfSight = failure.Code is ErrorCode.ConnectionLost or ErrorCode.HostTimeout or ErrorCode.HostUnreachable;
        if (!isOutOfSight && !hasOthers)
        {
            throw failure.Code is ErrorCode.HostKeyRejected or ErrorCode.HostAccessDenied ? Unreachable(failure) : failure;
        }

        var isNews = part.IsHere || (!isOutOfSight && part.Failure!.Code != failure.Code);
        if (part.IsHere)
        {
            part.Absence = (time.GetTimestamp() - (long)(before.TotalSeconds * time.TimestampFrequency), 0);
        }

        if (isNews && patience > TimeSpan.Zero)
        {
            log.Warn(new Problem(failure.Code, $"{failure.Problems[0].Message} {(isOutOfSight ? "Connecting again." : failure.Code == ErrorCode.StoreFull ? "Unless there is room soon, other hosts do its work." : "Unless that is mended soon, other hosts do its work.")}", Severity: Severity.Warning));
        }

        part.Failure = failure;
        part.Host.IsLost = true;
        part.Absence = part.Absence with { Tries = part.Absence.Tries + 1 };
        part.Due = time.GetTimestamp() + (long)(Pause(part.Absence.Tries).TotalSeconds * time.TimestampFrequency);
        part.DropOrders();
        part.Order(part.Host.ReconnectAsync);
        onReturn(part);
    }

    /// <summary>What is told when nobody is left who could be asked, and the run goes on.</summary>
    public ClustrixException Unreachable(ClustrixException failure) =>
        new(failure.Code, $"{failure.Problems[0].Message} Run {run} goes on there; 'clustrix attach {run}', or the same build again, joins it.", failure);

    /// <summary>Notes that a step went well.</summary>
    public void End(RunPart part)
    {
        if (!part.IsHere)
        {
            log.Say(string.Create(CultureInfo.InvariantCulture, $"{part.Host.Name} is back after {time.GetElapsedTime(part.Absence.Since).TotalSeconds:0.0} s."));
            part.Failure = null;
        }
    }

    /// <summary>Whether a host that isn't here is to be given up.</summary>
    public bool IsTooLong(RunPart part) => time.GetElapsedTime(part.Absence.Since) >= patience;

    // Many clients lose a host at the same moment and must not all come back at the same moment.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5394", Justification = "No secret: it only spreads the load.")]
    private static TimeSpan Pause(int tries)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(tries - 1, 10));
        return (pause < LongestPause ? pause : LongestPause) * (0.5 + Random.Shared.NextDouble());
    }
}
