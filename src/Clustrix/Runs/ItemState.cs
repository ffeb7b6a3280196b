namespace Clustrix.Runs;

/// <summary>What an item does on a host that has begun it.</summary>
internal enum ItemState
{
    /// <summary>It waits for its next attempt.</summary>
    Waiting,

    /// <summary>An attempt is being made.</summary>
    Running,

    /// <summary>It has its result.</summary>
    Done,

    /// <summary>An attempt has ended beside another one, which decides.</summary>
    Over,
}
