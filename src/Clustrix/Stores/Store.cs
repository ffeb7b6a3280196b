using System.Globalization;
using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>The content-addressed directory on a host: takes payloads, and is cleaned.</summary>
/// <param name="session">A session with the host.</param>
/// <param name="log">Gets what was taken out of use.</param>
public sealed class Store(NodeSession session, ILog log)
{
    /// <summary>What this machine remembers of its pushes; null when it remembers nothing.</summary>
    internal PushedPayloads? Pushed { get; init; }

    /// <summary>Brings a payload to the host. What is there doesn't travel again; nothing half made is ever visible there.</summary>
    /// <param name="payload">The files.</param>
    /// <param name="verification">How closely to look at what is there.</param>
    /// <param name="cancellationToken">Stops; what has arrived by then is used by the next push.</param>
    /// <exception cref="ClustrixException">The store can't be written, is full, or the connection is lost; nothing was published then.</exception>
    public Task<PushResult> PushAsync(Payload payload, Verification verification, CancellationToken cancellationToken) =>
        new Push(session, Pushed, log, payload, verification).ExecuteAsync(cancellationToken);

    /// <summary>Finds out what a push would send. Nothing is sent.</summary>
    /// <param name="payload">The files.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ClustrixException">The store can't be used, or the connection is lost.</exception>
    public async Task<PushPlan> PlanAsync(Payload payload, CancellationToken cancellationToken)
    {
        var blobs = new PayloadBlobs(payload);
        var answer = await session.AskAsync($"push {payload.Root} changed", (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false);
        if (answer.StartsWith("have ", StringComparison.Ordinal))
        {
            return new PushPlan([], blobs.Links, payload.Root);
        }

        var missing = await Push.AskMissingAsync(session, blobs, blobs.Paths, cancellationToken).ConfigureAwait(false);
        return new PushPlan([.. blobs.Paths.Where(missing.Contains).Select(path => blobs[path])], blobs.Links - missing.Count, payload.Root);
    }

    /// <summary>Removes what nobody uses: runs that are over, workspaces and file contents.</summary>
    /// <param name="retention">What stays all the same.</param>
    /// <param name="dryRun">Only says what would go.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    public Task<CleanResult> CleanAsync(Retention retention, bool dryRun, CancellationToken cancellationToken) =>
        AskAsync($"clean {retention.Words} 0 {(dryRun ? "dry" : "now")}", cancellationToken);

    /// <summary>
    /// Removes what nobody uses and, where that isn't enough, of finished runs and payloads those that have been out of use longest, unless
    /// all of them wouldn't be enough.
    /// </summary>
    /// <param name="retention">What stays, as long as there is room.</param>
    /// <param name="bytes">How much is to be free on the store's file system.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    internal async Task<CleanResult> MakeRoomAsync(Retention retention, long bytes, CancellationToken cancellationToken)
    {
        var garbage = await CleanAsync(retention, dryRun: false, cancellationToken).ConfigureAwait(false);
        return garbage.With(await AskAsync(string.Create(CultureInfo.InvariantCulture, $"clean {retention.Words} {bytes / 1024} now"), cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Cleans up when it is due: once a day, and when the store has grown above its limit.</summary>
    /// <param name="retention">What stays.</param>
    /// <param name="growth">About how many bytes were added since the last time that somebody said so.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>What was removed; null when it wasn't due.</returns>
    internal async Task<CleanResult?> TidyAsync(Retention retention, long growth, CancellationToken cancellationToken)
    {
        var lines = await session.AskListAsync(
            string.Create(CultureInfo.InvariantCulture, $"tidy {retention.Words} {growth / 1024}"), null, line => line, cancellationToken).ConfigureAwait(false);
        return lines.Count == 0 ? null : lines.Skip(1).Aggregate(CleanResult.Nothing, (result, line) => session.Read(line, result.With));
    }

    private async Task<CleanResult> AskAsync(string request, CancellationToken cancellationToken)
    {
        var result = CleanResult.Nothing;
        await session.AskListAsync(request, null, line => result = result.With(line), cancellationToken).ConfigureAwait(false);
        return result;
    }
}
