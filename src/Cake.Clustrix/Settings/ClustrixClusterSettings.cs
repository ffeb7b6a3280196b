namespace Cake.Clustrix;

/// <summary>Which cluster is meant.</summary>
public abstract class ClustrixClusterSettings : ClustrixSettings
{
    /// <summary>The cluster: <c>local</c>, the default, or the name of one in <c>clusters</c> of a <c>clustrix.json</c>.</summary>
    public string? Cluster { get; set; }

    /// <summary>The directory on the cluster in which payloads, runs and results are kept; <c>~/.cache/clustrix</c> there by default.</summary>
    public string? StoreRoot { get; set; }
}
