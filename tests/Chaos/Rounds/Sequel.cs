namespace Clustrix.Chaos.Rounds;

/// <summary>What is done when a client is dead.</summary>
internal enum Sequel
{
    /// <summary>The same is started again.</summary>
    Rerun,

    /// <summary>Somebody attaches to the run, if there is one, and then the same is started again.</summary>
    Attach,

    /// <summary>Somebody cancels the run, if there is one, and then the same is started again.</summary>
    Cancel,
}
