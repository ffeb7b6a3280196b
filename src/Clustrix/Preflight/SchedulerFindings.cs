using System.Globalization;
using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.Hosts;
using Clustrix.Results;
using Clustrix.Schedulers;

namespace Clustrix.Preflight;

/// <summary>Whether the batch scheduler behind a host answers, and what it has.</summary>
/// <param name="scheduler">How it is talked to.</param>
/// <param name="host">Where its commands are.</param>
/// <param name="answer">What the host has said of itself.</param>
internal sealed class SchedulerFindings(BatchScheduler scheduler, IHost host, ProbeAnswer answer)
{
    // What only a server somewhere else can be behind. Of others nobody here knows whether they are lent to other hosts.
    private static readonly HashSet<string> OfTheNetwork = new(StringComparer.Ordinal)
    {
        "nfs", "nfs4", "lustre", "gpfs", "beegfs", "ceph", "cifs", "smb3", "glusterfs", "fuse.glusterfs", "fuse.ceph", "panfs", "pvfs2", "wekafs", "afs", "gfs2", "ocfs2", "orangefs", "fhgfs",
    };

    private static readonly HashSet<string> States = new(StringComparer.OrdinalIgnoreCase) { "UP", "" };

    public async Task<IReadOnlyList<Finding>> AllAsync(CancellationToken cancellationToken)
    {
        try
        {
            var site = scheduler.TakeSite(host.Name, await SchedulerProbe.AskAsync(host, scheduler.SiteCommand, cancellationToken).ConfigureAwait(false));
            return
            [
                Finding.Ok("scheduler", $"{scheduler.Name} answers{(site.Version.Length > 0 ? $", version {site.Version}" : "")}"),
                .. Partitions(site),
                Finding.Ok("accounting", site.HasAccounting ? "there is one: how workers ended is told for long" : $"there is none: {scheduler.WithoutAccounting}"),
                .. Sharing(),
            ];
        }
        catch (ClustrixException e)
        {
            var text = e.Problems[0].Message;
            return [Finding.Failure("scheduler", e.Code, (text.StartsWith($"{host.Name}: ", StringComparison.Ordinal) ? text[(host.Name.Length + 2)..] : text).TrimEnd('.'))];
        }
    }

    private IEnumerable<Finding> Partitions(BatchSite site)
    {
        var asked = site.Find(scheduler.Options.Partition);
        foreach (var partition in asked is null ? site.Partitions : [asked])
        {
            var nodes = site.Nodes.Where(node => node.Partition == partition.Name).ToList();
            var text = $"'{partition.Name}'{(partition.IsDefault ? " (the default)" : "")}{(partition.State.Length > 0 ? $" is {partition.State.ToLowerInvariant()}," : "")} has {Size(nodes)}{Time(partition)}";
            yield return States.Contains(partition.State)
                ? Finding.Ok(scheduler.Partition, text)
                : Finding.Warning(scheduler.Partition, text, command: "", $"No job starts there before an administrator changes that. There are: {string.Join(", ", site.Partitions.Select(known => known.Name).Order(StringComparer.Ordinal))}.");
        }
    }

    private static string Size(List<BatchNode> nodes)
    {
        if (nodes.Count == 0)
        {
            return "no nodes";
        }

        var states = nodes.Where(node => node.State.Length > 0).CountBy(node => node.State).OrderByDescending(state => state.Value).ThenBy(state => state.Key, StringComparer.Ordinal).Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Value} {state.Key}")).ToList();
        return $"{Count.Of(nodes.Count, "node")}{(states.Count > 0 ? $" ({string.Join(", ", states)})" : "")} of up to {Count.Of(nodes.Max(node => node.Facts.Cores), "core")} and {ByteSize.Format(nodes.Max(node => node.Facts.MemoryBytes))}";
    }

    private static string Time(BatchPartition partition) => partition.MaxTime > TimeSpan.Zero ? $", and lets a worker run for {Duration.Format(partition.MaxTime)}" : "";

    internal IEnumerable<Finding> Sharing() => answer.Text("file-system") is var type && OfTheNetwork.Contains(type)
        ? [Finding.Ok("sharing", $"the store is on a file system of the network ({type}), as the nodes need it")]
        : [];
}
