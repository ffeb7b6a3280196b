using Clustrix.Diagnostics;

namespace Clustrix.Runs;

/// <summary>
/// Hosts that take from the queue of one store and have gone: what they had in hand goes back to it. This client loses sight of those that
/// it talks to; of those that it never reached, as they were left out, it sees in the store whether they are still at work.
/// </summary>
/// <param name="parts">What each host does that this client talks to.</param>
/// <param name="names">The names of all hosts, by their numbers from 1.</param>
/// <param name="patience">How long the sign of life of one that was never reached may stay the same.</param>
/// <param name="log">Hears of it.</param>
/// <param name="time">The clock.</param>
internal sealed class LostMembers(IReadOnlyList<RunPart> parts, IReadOnlyList<string> names, TimeSpan patience, ILog log, TimeProvider time)
{
    private readonly Dictionary<int, Heartbeat> _heartbeats = [];

    /// <summary>The numbers of the hosts whose journals are to be read by way of a host: they may have finished something that this client never heard of.</summary>
    public IReadOnlyList<int> ReadBy(RunPart part) => IsAsked(part) ? [.. Enumerable.Range(1, names.Count).Except(parts.Where(other => other.IsHere).Select(other => other.Host.Number))] : [];

    /// <summary>Takes in what a look at a host has brought, and orders what is to be done there about others.</summary>
    /// <param name="part">The host's part.</param>
    /// <param name="absence">Knows how long hosts have been out of sight.</param>
    public void Take(RunPart part, HostAbsence absence)
    {
        if (!IsAsked(part))
        {
            return;
        }

        foreach (var gone in _heartbeats.Keys.Except(part.OtherBeats.Keys).ToList())
        {
            _heartbeats.Remove(gone);
        }

        foreach (var (member, beat) in part.OtherBeats)
        {
            if (LossOf(member, beat, absence) is { } code)
            {
                part.Order(token => ReclaimAsync(part, member, code, token));
                part.Order(part.StartAsync);
            }
        }
    }

    // One is enough, and what two see of a file may be of different ages.
    private bool IsAsked(RunPart part) => part == parts.FirstOrDefault(other => other.IsHere);

    // Why a member is lost; null when it isn't.
    private ErrorCode? LossOf(int member, string beat, HostAbsence absence)
    {
        if (parts.FirstOrDefault(part => part.Host.Number == member) is { } known)
        {
            return known.Failure is { } failure && absence.IsTooLong(known) ? failure.Code : null;
        }

        if (!_heartbeats.TryGetValue(member, out var heartbeat))
        {
            _heartbeats[member] = heartbeat = new Heartbeat(time);
        }

        heartbeat.Take(beat);
        return heartbeat.Silence >= patience ? ErrorCode.HostTimeout : null;
    }

    // A pool that ended when nothing was left for it has nothing in hand.
    private async Task ReclaimAsync(RunPart heir, int member, ErrorCode code, CancellationToken cancellationToken)
    {
        if (await heir.ReclaimAsync(member, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            log.Warn(RunSharing.Lost(names.ElementAtOrDefault(member - 1) ?? $"host {member}", count, code));
        }
    }
}
