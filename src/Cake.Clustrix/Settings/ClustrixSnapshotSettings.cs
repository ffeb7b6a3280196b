using Cake.Core.IO;

namespace Cake.Clustrix;

/// <summary>The settings of <see cref="ClustrixAliases.ClustrixSnapshot(Core.ICakeContext, ClustrixSnapshotSettings)"/>.</summary>
public sealed class ClustrixSnapshotSettings : ClustrixSettings
{
    /// <summary>A restored project's <c>project.assets.json</c>. Without one the snapshot has this machine's platform, <see cref="Tools"/> and <see cref="EnvironmentVariables"/>.</summary>
    public FilePath? AssetsFile { get; set; }

    /// <summary>The project's <c>packages.lock.json</c>; none by default.</summary>
    public FilePath? LockFile { get; set; }

    /// <summary>The target framework as the project writes it, such as <c>net10.0</c>; needed with <see cref="AssetsFile"/>.</summary>
    public string? TargetFramework { get; set; }

    /// <summary>The platform that the project is built for, such as <c>linux-x64</c>; this machine's by default.</summary>
    public string? RuntimeIdentifier { get; set; }

    /// <summary>The version of the .NET SDK that builds the project; needed with <see cref="AssetsFile"/>.</summary>
    public string? SdkVersion { get; set; }

    /// <summary>The version of the .NET runtime that the project is built for; that of the runtime that runs the script by default.</summary>
    public string? RuntimeVersion { get; set; }

    /// <summary>The files that the build has put out, whose content counts; with <see cref="AssetsFile"/> only.</summary>
    public ICollection<FilePath> ProjectOutputs { get; } = [];

    /// <summary>Tools that the result depends on, with their versions.</summary>
    public IDictionary<string, string> Tools { get; } = new Dictionary<string, string>();

    /// <summary>Names of the environment variables that the result depends on, and no others.</summary>
    public ICollection<string> EnvironmentVariables { get; } = [];

    /// <summary>Where the snapshot is written; nowhere by default.</summary>
    public FilePath? SnapshotFile { get; set; }

    /// <summary>Where a CycloneDX bill of the project's packages is written; nowhere by default. With <see cref="AssetsFile"/> only.</summary>
    public FilePath? BillOfMaterialsFile { get; set; }
}
