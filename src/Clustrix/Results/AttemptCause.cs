namespace Clustrix.Results;

/// <summary>What ended an attempt when it wasn't the item itself. Such an attempt uses up none of the item's retries and makes no item flaky.</summary>
public enum AttemptCause
{
    /// <summary>The item itself.</summary>
    None,

    /// <summary>The worker was killed or could go on no more.</summary>
    WorkerDied,

    /// <summary>All workers of the host were ended, such as by a restart of the host.</summary>
    PoolEnded,

    /// <summary>The host was out of sight for too long. What became of the attempt isn't known.</summary>
    HostLost,

    /// <summary>A scheduler's limit on the worker's time.</summary>
    TimeLimit,

    /// <summary>A scheduler told the worker to end, for a reason that it didn't give.</summary>
    Terminated,

    /// <summary>A scheduler started the worker again somewhere else.</summary>
    Requeued,

    /// <summary>The node failed.</summary>
    NodeFailed,

    /// <summary>The worker made room for another job.</summary>
    Preempted,

    /// <summary>The worker used more memory than it had asked for.</summary>
    OutOfMemory,

    /// <summary>Somebody cancelled the worker.</summary>
    Cancelled,

    /// <summary>The scheduler couldn't start the worker on its node.</summary>
    NotLaunched,

    /// <summary>Another attempt at the item had passed first.</summary>
    Superseded,

    /// <summary>It was made beside another one, which took far longer than the item used to. By failing, such an attempt decides nothing.</summary>
    Duplicate,
}
