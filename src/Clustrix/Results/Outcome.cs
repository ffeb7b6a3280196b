namespace Clustrix.Results;

/// <summary>How an item ended. A closed set.</summary>
public enum Outcome
{
    /// <summary>The command ended with exit code 0 and every output pattern matched.</summary>
    Passed,

    /// <summary>The command ended with another exit code.</summary>
    Failed,

    /// <summary>The command ran longer than its timeout and was ended.</summary>
    TimedOut,

    /// <summary>The kernel ended the command because memory ran out.</summary>
    OutOfMemory,

    /// <summary>A signal ended the command, or three workers died under it, the third with nothing beside it.</summary>
    Crashed,

    /// <summary>The run was cancelled before the item had ended.</summary>
    Cancelled,

    /// <summary>Nobody is at the run any more and there is no record of the item.</summary>
    Lost,

    /// <summary>The command ended with exit code 0, but an output pattern matched nothing.</summary>
    MissingOutputs,

    /// <summary>The item wasn't to be run.</summary>
    Skipped,

    /// <summary>The run goes on and the item has no result yet.</summary>
    Unfinished,
}
