namespace Clustrix.Stores;

/// <summary>What a push did.</summary>
/// <param name="Workspaces">The read-only tree that holds the payload, absolute, on each host of the cluster, by the name of the host.</param>
/// <param name="FilesSent">Files whose content travelled.</param>
/// <param name="FilesReused">Files whose content was in the store already, or travelled once for several files.</param>
/// <param name="ContentBytesSent">Bytes of content that travelled, before compression.</param>
/// <param name="WireBytes">Bytes written to and read from the host's shell.</param>
/// <param name="Requests">Round trips.</param>
/// <param name="Quarantined">Names of blobs that no longer matched their digest and were taken out of use.</param>
public sealed record PushResult(
    IReadOnlyDictionary<string, string> Workspaces,
    int FilesSent,
    int FilesReused,
    long ContentBytesSent,
    long WireBytes,
    int Requests,
    IReadOnlyList<string> Quarantined)
{
    /// <summary>No push: that of a run that was collected by its id.</summary>
    public static readonly PushResult None = new(new Dictionary<string, string>(), 0, 0, 0, 0, 0, []);

    /// <summary>Whether everything was there already, on every host.</summary>
    public bool WasThere => FilesSent == 0 && Requests == Workspaces.Count;

    /// <summary>The tree on the first host.</summary>
    public string Workspace => Workspaces.Values.FirstOrDefault("");

    /// <summary>The tree on a host; hosts that share a store have one.</summary>
    /// <param name="host">What the cluster calls the host.</param>
    public string WorkspaceOn(string host) => Workspaces.TryGetValue(host, out var workspace) ? workspace : Workspace;

    /// <summary>The pushes of one payload to several hosts as one.</summary>
    internal static PushResult Together(IReadOnlyList<PushResult> pushes) => new(
        pushes.SelectMany(push => push.Workspaces).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        pushes.Max(push => push.FilesSent),
        pushes.Min(push => push.FilesReused),
        pushes.Sum(push => push.ContentBytesSent),
        pushes.Sum(push => push.WireBytes),
        pushes.Sum(push => push.Requests),
        [.. pushes.SelectMany(push => push.Quarantined)]);
}
