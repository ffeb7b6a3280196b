using Clustrix.Diagnostics;
using Clustrix.Results;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Runs;

/// <summary>Keeps the stores of a cluster within their limits, without anybody asking for it.</summary>
/// <param name="hosts">The cluster's hosts.</param>
/// <param name="log">Hears of what was removed.</param>
internal sealed class StoreUpkeep(ClusterHosts hosts, ILog log)
{
    // What a file takes up is rounded up, and a push makes directories and lists.
    private const long Block = 4096;
    private const long Overhead = 1 << 20;

    /// <summary>Cleans up where it is due. The run is over and its results are here: nothing that goes wrong now is told as a failure.</summary>
    /// <param name="report">The run: what it has added.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task TidyAsync(RunReport report, CancellationToken cancellationToken)
    {
        var growth = report.Push.ContentBytesSent
            + report.Items.Where(item => !item.Result.Cached).Sum(item => item.Result.Record?.Files.Sum(file => file.Size) ?? 0);
        await Task.WhenAll(hosts.Stores.Where(host => !host.IsLost).Select(host => TidyAsync(host, growth, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Makes room for a payload that didn't fit.</summary>
    /// <returns>Whether anything was removed.</returns>
    public async Task<bool> MakeRoomAsync(ClusterHost host, Payload payload, CancellationToken cancellationToken)
    {
        // All of it, though a part may be there: that part may be what has to go.
        var bytes = payload.Files.Where(file => file.Kind == FileKind.File).DistinctBy(file => file.BlobName).Sum(file => (file.Size + Block - 1) / Block * Block) + Overhead;
        var removed = await new Store(host.Session, log).MakeRoomAsync(hosts.Retention, bytes, cancellationToken).ConfigureAwait(false);
        if (!removed.IsNothing)
        {
            log.Say($"{host.Name}: the disk is full. {Account.Of(removed, dryRun: false, host.Session.Root)}");
        }

        return !removed.IsNothing;
    }

    private async Task TidyAsync(ClusterHost host, long growth, CancellationToken cancellationToken)
    {
        try
        {
            var removed = await new Store(host.Session, log).TidyAsync(hosts.Retention, growth, cancellationToken).ConfigureAwait(false);
            if (removed is not null)
            {
                log.Detail(removed.IsNothing ? $"{host.Name}: the store was looked through; nothing had to go." : $"{host.Name}: {Account.Of(removed, dryRun: false, host.Session.Root)}");
            }
        }
        catch (ClustrixException e)
        {
            log.Detail($"{host.Name}: the store couldn't be cleaned up: {e.Problems[0].Message}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            log.Detail($"{host.Name}: the store wasn't cleaned up to the end.");
        }
    }
}
