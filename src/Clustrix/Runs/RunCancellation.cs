using Clustrix.Diagnostics;
using Clustrix.Node;

namespace Clustrix.Runs;

/// <summary>Cancels a run whose watching was stopped.</summary>
internal static class RunCancellation
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The conversation may have been cut in the middle of an answer: so the request goes over a session of its own.</summary>
    public static async Task OverOwnSessionAsync(NodeSession watched, ILog log, TimeProvider time, string run)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        var session = await NodeSession.OpenAsync(watched.Host, watched.Root, limit.Token).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            await session.AskAsync($"cancel {run}", null, limit.Token).ConfigureAwait(false);
        }

        log.Say($"Run {run} is cancelled; its processes are ended.");
    }
}
