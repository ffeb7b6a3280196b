namespace Clustrix.Cli;

/// <summary>How the tool ends.</summary>
internal enum ExitCode
{
    /// <summary>Everything was done.</summary>
    Done = 0,

    /// <summary>An item didn't pass.</summary>
    ItemsFailed = 1,

    /// <summary>What was asked for can't be done as it was written.</summary>
    Input = 2,

    /// <summary>The cluster can't be reached or used.</summary>
    Unreachable = 3,

    /// <summary>The user stopped it.</summary>
    Cancelled = 130,
}
