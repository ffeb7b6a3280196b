namespace Clustrix.MSBuild.Input;

/// <summary>Every name that a project may set. What isn't here is a slip of the keyboard, and is told instead of being passed over.</summary>
internal static class KnownNames
{
    /// <summary>The metadata of a <c>ClustrixItem</c>.</summary>
    public static readonly string[] Item =
        ["Command", "Arguments", "WorkingDirectory", "Timeout", "Cpus", "Memory", "Outputs", "Environment", "Retries"];

    /// <summary>The metadata of a <c>ClustrixPayload</c>.</summary>
    public static readonly string[] Payload = ["Destination", "Exclude"];

    /// <summary>The properties.</summary>
    public static readonly string[] Properties =
    [
        "ClustrixCluster", "ClustrixStoreRoot", "ClustrixWorkers", "ClustrixReuseResults", "ClustrixSalt", "ClustrixArtifactsDirectory",
        "ClustrixCacheDirectory", "ClustrixContinueOnItemFailure", "ClustrixOwnMetadata", "ClustrixTasksAssembly",
        "ClustrixAudit", "ClustrixRunId", "ClustrixKeepDays", "ClustrixDryRun",
        "ClustrixSnapshotDependsOn", "ClustrixHashDependsOn", "ClustrixPushDependsOn", "ClustrixRunDependsOn",
    ];
}
