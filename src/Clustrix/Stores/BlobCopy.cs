using Clustrix.Diagnostics;
using Clustrix.Node;
using Clustrix.Workloads;

namespace Clustrix.Stores;

/// <summary>Has a host fetch file contents from another host of the cluster, which has them already, instead of from this machine.</summary>
/// <param name="from">The host that has them.</param>
/// <param name="to">The host that lacks them.</param>
/// <param name="log">Hears when it can't be done.</param>
internal sealed class BlobCopy(NodeSession from, NodeSession to, ILog log)
{
    // Below this a question to the other host costs more than sending it from here.
    private const long WorthIt = 4 << 20;

    // They become one command line there.
    private const int BlobsPerRequest = 5000;

    /// <summary>Copies what is missing. Whatever doesn't come is left to the push that follows.</summary>
    public async Task CopyAsync(Payload payload, CancellationToken cancellationToken)
    {
        if (from.Host.Address is not { } address)
        {
            return;
        }

        var plan = await new Store(to, log).PlanAsync(payload, cancellationToken).ConfigureAwait(false);
        if (plan.Bytes < WorthIt)
        {
            return;
        }

        var command = ShellText.Escape($"cd {ShellText.Quote(from.Root + "/cas")} && exec tar -cf - $(cat)");
        foreach (var blobs in plan.Files.Select(file => PayloadBlobs.PathOf(file.BlobName)).Chunk(BlobsPerRequest))
        {
            try
            {
                await to.AskWithListAsync($"copy {address} {command}", blobs, cancellationToken).ConfigureAwait(false);
            }
            catch (ClustrixException e) when (NodeError.Is(e, NodeError.NotCopied))
            {
                log.Detail($"{to.Host.Name} can't fetch from {from.Host.Name} ({e.Data["text"]}); it is sent from here.");
                return;
            }
        }
    }
}
