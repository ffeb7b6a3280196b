namespace Clustrix.Preflight;

/// <summary>How much a <see cref="Finding"/> weighs.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The host can be used; something is worth a look.</summary>
    Warning,

    /// <summary>The host can't be used.</summary>
    Failure,
}
