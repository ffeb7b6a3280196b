namespace Clustrix.Stores;

/// <summary>How closely a push looks at a workspace that is there already.</summary>
public enum Verification
{
    /// <summary>Reads again what was written to since it was published, and everything after the host has restarted.</summary>
    Changed,

    /// <summary>Reads every file again.</summary>
    All,
}
