namespace Clustrix.Workloads;

/// <summary>How an attempt may have ended for the item to get another one. What a worker or a host that is lost ends isn't here: it never counts.</summary>
[Flags]
public enum RetryCauses
{
    /// <summary>No end of an attempt: the first one is the only one.</summary>
    None = 0,

    /// <summary>The command ended with an exit code other than 0.</summary>
    Failed = 1,

    /// <summary>A signal ended the command.</summary>
    Crashed = 2,

    /// <summary>The attempt took longer than it may.</summary>
    TimedOut = 4,

    /// <summary>The kernel ended the command because memory ran out.</summary>
    OutOfMemory = 8,

    /// <summary>The command ended with exit code 0, but an output pattern matched nothing.</summary>
    MissingOutputs = 16,

    /// <summary>Any of them.</summary>
    All = Failed | Crashed | TimedOut | OutOfMemory | MissingOutputs,
}
