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
}
