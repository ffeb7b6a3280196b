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

    // Hosts that can be asked.
    private readonly List<RunPart> _here = [];

    /// <summary>Lets the hosts that are here go.</summary>
    /// <param name="start">Whether the run's workers were this client's to start.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task SettleAsync(bool start, CancellationToken cancellationToken)
    {
        // A look that is under way ends first: its session is to be used again. A host that is out of sight isn't waited for.
        await Task.WhenAll(parts.Where(part => part.IsHere).Select(part => part.Step).OfType<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _here.AddRange(parts.Where(part => part.IsHere && part.Step is null or { IsCompletedSuccessfully: true }));
        if (start && sharing is not null)
        {
            var word = work.Records.Missing > 0 || sharing.HasOneStore ? "" : sharing.HasLeftOut || _here.Count < parts.Count ? UntoldHosts.Over : UntoldHosts.Closed;
            await EachAsync(_here, part => ReleaseAsync(part, word, cancellationToken)).ConfigureAwait(false);
        }

        if (work.Records.Missing == 0)
        {
            await EachAsync(_here.Take(sharing is { HasOneStore: true } ? 1 : parts.Count), part => InspectAsync(part, cancellationToken)).ConfigureAwait(false);
        }

        if (start)
        {
            // The last record may be read before the store has noted the run's end; by the inspection it has, and whoever was about to do that has done it.
            await EachAsync(_here, part => part.DismissAsync(isOver: work.Records.Missing == 0, cancellationToken)).ConfigureAwait(false);
        }
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

    // What a host can't do, or can't be told, is left.
    private async Task EachAsync(IEnumerable<RunPart> asked, Func<RunPart, Task> ask)
    {
        foreach (var part in asked.ToList())
        {
            try
            {
                await ask(part).ConfigureAwait(false);
            }
            catch (ClustrixException e)
            {
                log.Detail($"{part.Host.Name}: {e.Message}");
                if (!part.Host.Session.IsUsable)
                {
                    _here.Remove(part);
                }
            }
        }
    }

    private static async Task ReleaseAsync(RunPart part, string word, CancellationToken cancellationToken)
    {
        part.DropOrders();
        part.OrderToForget();
        await part.ObeyAsync(cancellationToken).ConfigureAwait(false);
        await part.ReleaseAsync(word, cancellationToken).ConfigureAwait(false);
    }

    // Items share their workspace: one that writes to it spoils it for those that come later.
    private async Task InspectAsync(RunPart part, CancellationToken cancellationToken)
    {
        foreach (var path in await part.InspectAsync(cancellationToken).ConfigureAwait(false))
        {
            log.Warn(new Problem(
                ErrorCode.BlobQuarantined,
                $"{part.Host.Name}: an item of run {work.Run} has changed '{path}' of its payload. Items that came later may have read that; what has passed since isn't reused, and the payload is sent again. Have items write to files of their own.",
                Severity: Severity.Warning));
        }
    }

    // A worker that can't write its record can't tell why either.
    private async Task ExplainLossAsync(CancellationToken cancellationToken)
    {
        foreach (var session in _here.Select(part => part.Host.Session))
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
