using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>What is to be done, and told, when a run isn't followed any further.</summary>
/// <param name="parts">What each host does.</param>
/// <param name="work">The run's work.</param>
/// <param name="sharing">Brings work from busy hosts to idle ones; null when it stays where it is.</param>
/// <param name="log">Hears what isn't as it should be.</param>
internal sealed class RunEnding(IReadOnlyList<RunPart> parts, RunWork work, RunSharing? sharing, ILog log)
{
    private const long FullBelowKilobytes = 256;

    /// <summary>Lets the hosts that are here go.</summary>
    /// <param name="start">Whether the run's workers were this client's to start.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task SettleAsync(bool start, CancellationToken cancellationToken)
    {
        await ReleaseAsync(start, cancellationToken).ConfigureAwait(false);
        if (work.Records.Missing == 0)
        {
            await InspectAsync(cancellationToken).ConfigureAwait(false);
        }

        await DismissAsync(start, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells why items have no result.</summary>
    /// <exception cref="ClustrixException">A host had no room for their records (<see cref="ErrorCode.StoreFull"/>).</exception>
    public async Task ExplainAsync(CancellationToken cancellationToken)
    {
        if (work.Records.Cancelled)
        {
            log.Warn(new Problem(
                ErrorCode.ItemCancelled,
                $"Run {work.Run} was cancelled{(work.Records.CancelledBy.Length > 0 ? " " : "")}{work.Records.CancelledBy}. What had passed by then is kept: the same build again runs the rest.",
                Severity: Severity.Warning));
        }
        else if (work.Records.Missing > 0)
        {
            await ExplainLossAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A look that is under way ends first: its session is to be used again. A host that is out of sight isn't waited for.
    private async Task ReleaseAsync(bool start, CancellationToken cancellationToken)
    {
        var here = parts.Where(part => part.IsHere).ToList();
        await Task.WhenAll(here.Select(part => part.Step).OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var told = here.Where(part => part.Step is null or { IsCompletedSuccessfully: true }).ToList();
        var word = work.Records.Missing > 0 || sharing is not { HasOneStore: false } ? "" : sharing.HasLeftOut || told.Count < parts.Count ? UntoldHosts.Over : UntoldHosts.Closed;
        foreach (var part in told.Where(_ => sharing is not null && start))
        {
            try
            {
                part.DropOrders();
                part.OrderToForget();
                await part.ObeyAsync(cancellationToken).ConfigureAwait(false);
                await part.ReleaseAsync(word, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e)
            {
                log.Detail($"{part.Host.Name}: {e.Message}");
            }
        }
    }

    // The last record may be read before the store has noted the run's end; by the inspection it has, and whoever was about to do that has done it.
    private async Task DismissAsync(bool start, CancellationToken cancellationToken)
    {
        foreach (var part in parts.Where(part => part.IsHere && start && part.Step is null or { IsCompletedSuccessfully: true }))
        {
            try
            {
                await part.DismissAsync(isOver: work.Records.Missing == 0, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e)
            {
                log.Detail($"{part.Host.Name}: {e.Message}");
            }
        }
    }

    // Items share their workspace: one that writes to it spoils it for those that come later.
    private async Task InspectAsync(CancellationToken cancellationToken)
    {
        foreach (var part in parts.Where(part => part.IsHere).Take(sharing is { HasOneStore: true } ? 1 : parts.Count))
        {
            try
            {
                foreach (var path in await part.InspectAsync(cancellationToken).ConfigureAwait(false))
                {
                    log.Warn(new Problem(
                        ErrorCode.BlobQuarantined,
                        $"{part.Host.Name}: an item of run {work.Run} has changed '{path}' of its payload. Items that came later may have read that; what has passed since isn't reused, and the payload is sent again. Have items write to files of their own.",
                        Severity: Severity.Warning));
                }
            }
            catch (ClustrixException e)
            {
                log.Detail($"{part.Host.Name}: {e.Message}");
            }
        }
    }

    // A worker that can't write its record can't tell why either.
    private async Task ExplainLossAsync(CancellationToken cancellationToken)
    {
        foreach (var session in parts.Where(part => part.IsHere).Select(part => part.Host.Session))
        {
            // 0 where it isn't known.
            var space = await session.AskAsync("space", null, cancellationToken).ConfigureAwait(false);
            if (session.Read(space, text => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)) is > 0 and < FullBelowKilobytes)
            {
                throw NodeError.ToException(
                    session.Host.Name, string.Create(CultureInfo.InvariantCulture, $"run-full {work.Run} {session.Root}: {work.Records.Missing} items of run {work.Run} could write no record"));
            }
        }
    }
}
