namespace Clustrix.Runs;

/// <summary>How far an item is, as its log tells.</summary>
public enum ItemProgress
{
    /// <summary>No worker has begun it.</summary>
    Waiting,

    /// <summary>A worker is at it, or was when it died.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Done,
}
