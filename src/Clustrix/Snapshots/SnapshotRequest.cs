namespace Clustrix.Snapshots;

/// <summary>What a snapshot is to be taken of.</summary>
public sealed record SnapshotRequest
{
    /// <summary>The project's name.</summary>
    public required string ProjectName { get; init; }

    /// <summary>The project's directory, absolute. Relative package sources start here.</summary>
    public required string ProjectDirectory { get; init; }

    /// <summary>The project's assets file, absolute; usually <c>obj/project.assets.json</c>.</summary>
    public required string AssetsFile { get; init; }

    /// <summary>The project's lock file, absolute; null when it has none.</summary>
    public string? LockFile { get; init; }

    /// <summary>The target framework as the project writes it, such as <c>net10.0</c>.</summary>
    public required string TargetFramework { get; init; }

    /// <summary>The platform that the project is built for, such as <c>linux-x64</c>; null for a portable build, whose platform is this machine's.</summary>
    public string? RuntimeIdentifier { get; init; }

    /// <summary>The version of the .NET SDK that builds the project.</summary>
    public required string SdkVersion { get; init; }

    /// <summary>The version of the .NET runtime that the project is built for.</summary>
    public required string RuntimeVersion { get; init; }

    /// <summary>The files that the build of the project and of its references has put out. Their content counts.</summary>
    public IReadOnlyList<ProjectOutput> ProjectOutputs { get; init; } = [];

    /// <summary>Tools that the result depends on, with their versions.</summary>
    public IReadOnlyDictionary<string, string> Tools { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment variables that the project lists, and no others, with their values; null for one that isn't set.</summary>
    public IReadOnlyDictionary<string, string?> EnvironmentVariables { get; init; } = new Dictionary<string, string?>();

    /// <summary>The package sources that the project may use, addresses and directories; empty for those that its last restore could use.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Where to remember, between snapshots, which package files were verified, absolute; null to verify all of them each time.</summary>
    public string? VerificationCache { get; init; }
}
