using Clustrix.Node;

namespace Clustrix.Schedulers;

/// <summary>What a scheduler's administrator has set up, as far as it bounds what can be asked for.</summary>
/// <param name="Partitions">The partitions, or queues.</param>
/// <param name="Nodes">The nodes, each once for each partition that it is in.</param>
/// <param name="MaxArraySize">How many workers one array may have.</param>
/// <param name="ParallelEnvironments">Grid Engine's parallel environments.</param>
internal sealed record BatchSite(IReadOnlyList<BatchPartition> Partitions, IReadOnlyList<BatchNode> Nodes, int MaxArraySize, IReadOnlyList<string> ParallelEnvironments)
{
    /// <summary>The scheduler's own version; empty when it doesn't tell.</summary>
    public string Version { get; init; } = "";

    /// <summary>Whether it keeps accounts of jobs that are over.</summary>
    public bool HasAccounting { get; init; }

    /// <summary>The partition of a name; the default one without a name. Null when there is none such.</summary>
    /// <param name="name">The name; of a queue's, what is behind <c>@</c> is its host or its group of hosts.</param>
    public BatchPartition? Find(string name) => name.Length > 0
        ? Partitions.FirstOrDefault(partition => partition.Name == name.Split('@')[0])
        : Partitions.FirstOrDefault(partition => partition.IsDefault);

    /// <summary>The nodes that may run what is asked of a partition, each once; all when that isn't known.</summary>
    public IReadOnlyList<NodeFacts> NodesOf(string partition)
    {
        var name = Find(partition)?.Name ?? partition;
        var nodes = Nodes.Where(node => node.Partition == name).ToList();
        return [.. (nodes.Count > 0 ? nodes : Nodes).Select(node => node.Facts).GroupBy(facts => facts.HostName).Select(group => group.MaxBy(facts => facts.Cores)!)];
    }
}

/// <summary>A partition, or queue.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsDefault">Whether it is taken when none is named.</param>
/// <param name="DefaultTime">How long a job may run that doesn't say; zero for without limit.</param>
/// <param name="MaxTime">How long a job may run at most; zero for without limit.</param>
internal sealed record BatchPartition(string Name, bool IsDefault, TimeSpan DefaultTime, TimeSpan MaxTime)
{
    /// <summary>The scheduler's word for whether it starts jobs; empty when it has none.</summary>
    public string State { get; init; } = "";
}

/// <summary>A node in a partition.</summary>
/// <param name="Partition">The partition's name.</param>
/// <param name="Facts">What the node has.</param>
/// <param name="State">The scheduler's word for what the node does; empty when it has none.</param>
internal sealed record BatchNode(string Partition, NodeFacts Facts, string State = "");
