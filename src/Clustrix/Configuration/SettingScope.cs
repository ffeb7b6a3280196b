namespace Clustrix.Configuration;

/// <summary>What a setting is about, and so where else than at the top it may be written.</summary>
public enum SettingScope
{
    /// <summary>The client: where things lie on this machine, what it tells.</summary>
    Client,

    /// <summary>One run of a workload.</summary>
    Run,

    /// <summary>The cluster; may be written under its name in <c>clusters</c>.</summary>
    Cluster,

    /// <summary>Each item; an item's own value comes first.</summary>
    Item,
}
