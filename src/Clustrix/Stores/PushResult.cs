namespace Clustrix.Stores;

/// <summary>What a push did.</summary>
/// <param name="Workspace">The read-only tree on the host that holds the payload, absolute.</param>
/// <param name="FilesSent">Files whose content travelled.</param>
/// <param name="FilesReused">Files whose content was in the store already, or travelled once for several files.</param>
/// <param name="ContentBytesSent">Bytes of content that travelled, before compression.</param>
/// <param name="WireBytes">Bytes written to and read from the host's shell.</param>
/// <param name="Requests">Round trips.</param>
/// <param name="Quarantined">Names of blobs that no longer matched their digest and were taken out of use.</param>
public sealed record PushResult(
    string Workspace,
    int FilesSent,
    int FilesReused,
    long ContentBytesSent,
    long WireBytes,
    int Requests,
    IReadOnlyList<string> Quarantined)
{
    /// <summary>No push: that of a run that was collected by its id.</summary>
    public static readonly PushResult None = new("", 0, 0, 0, 0, 0, []);

    /// <summary>Whether everything was there already.</summary>
    public bool WasThere => FilesSent == 0 && Requests == 1;
}
