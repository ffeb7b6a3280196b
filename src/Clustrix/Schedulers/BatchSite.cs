using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>What a scheduler's administrator has set up, as far as it bounds what can be asked for.</summary>
/// <param name="Partitions">The partitions, or queues.</param>
/// <param name="Nodes">The nodes, each once for each partition that it is in.</param>
/// <param name="MaxArraySize">How many workers one array may have.</param>
internal sealed record BatchSite(IReadOnlyList<BatchPartition> Partitions, IReadOnlyList<BatchNode> Nodes, int MaxArraySize)
{
    /// <summary>The partition of a name; the default one without a name. Null when there is none such.</summary>
    public BatchPartition? Find(string name) => name.Length > 0 ? Partitions.FirstOrDefault(partition => partition.Name == name) : Partitions.FirstOrDefault(partition => partition.IsDefault);

    /// <summary>The nodes that may run what is asked of a partition; all when that isn't known.</summary>
    public IReadOnlyList<NodeFacts> NodesOf(string partition)
    {
        var name = Find(partition)?.Name ?? partition;
        var nodes = Nodes.Where(node => node.Partition == name).ToList();
        return [.. (nodes.Count > 0 ? nodes : Nodes).Select(node => node.Facts)];
    }
}

/// <summary>A partition, or queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDefault">Whether it is taken when none is named.</param>
/// <param name="DefaultTime">How long a job may run that doesn't say; zero for without limit.</param>
/// <param name="MaxTime">How long a job may run at most; zero for without limit.</param>
internal sealed record BatchPartition(string Name, bool IsDefault, TimeSpan DefaultTime, TimeSpan MaxTime);

/// <summary>A node in a partition.</summary>
internal sealed record BatchNode(string Partition, NodeFacts Facts);
