using Clustrix.Configuration;
using Clustrix.Diagnostics;
using Clustrix.MSBuild.Auditing;
using Clustrix.MSBuild.Input;
using Clustrix.Snapshots;
using Microsoft.Build.Framework;

namespace Clustrix.MSBuild;

/// <summary>Writes what the project depends on: <c>environment.json</c> and a CycloneDX bill of its packages. Neither is touched when it wouldn't change.</summary>
[MSBuildMultiThreadableTask]
public sealed class SnapshotDependencies : ConfiguredTask
{
    /// <summary>The project's name.</summary>
    [Required]
    public string ProjectName { get; set; } = "";

    /// <summary>The project's directory, absolute.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>The project's <c>project.assets.json</c>, absolute.</summary>
    [Required]
    public string AssetsFile { get; set; } = "";

    /// <summary>The project's <c>packages.lock.json</c>, absolute; it need not exist.</summary>
    public string LockFile { get; set; } = "";

    /// <summary>The target framework as the project writes it.</summary>
    [Required]
    public string TargetFramework { get; set; } = "";

    /// <summary>The platform that the project is built for; empty for a portable build.</summary>
    public string RuntimeIdentifier { get; set; } = "";

    /// <summary>The version of the SDK that builds.</summary>
    [Required]
    public string SdkVersion { get; set; } = "";

    /// <summary>The version of the runtime that the project is built for.</summary>
    [Required]
    public string RuntimeVersion { get; set; } = "";

    /// <summary>The files of the project's output, absolute, with their place in the output directory as the metadata <c>At</c>.</summary>
    public ITaskItem[] ProjectOutputs { get; set; } = [];

    /// <summary>The tools that the result depends on, with the metadata <c>Version</c>.</summary>
    public ITaskItem[] Tools { get; set; } = [];

    /// <summary>The environment variables that the result depends on, with the metadata <c>Value</c>; an empty value counts as unset.</summary>
    public ITaskItem[] EnvironmentVariables { get; set; } = [];

    /// <summary>Where the snapshot goes, absolute.</summary>
    [Required]
    public string SnapshotFile { get; set; } = "";

    /// <summary>Where the bill of the packages goes, absolute.</summary>
    [Required]
    public string BillOfMaterialsFile { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        var settings = await ReadSettingsAsync(cancellationToken).ConfigureAwait(false);
        if (new VariableReader(new ProjectSources(ProjectFile)).Check(EnvironmentVariables) is { Count: > 0 } problems)
        {
            throw new ClustrixException(problems);
        }

        var before = await BeforeAsync(cancellationToken).ConfigureAwait(false);
        var taken = await new SnapshotBuilder(TimeProvider.System).BuildAsync(Request(settings), cancellationToken).ConfigureAwait(false);
        await taken.Snapshot.WriteAsync(SnapshotFile, cancellationToken).ConfigureAwait(false);
        await new SoftwareBillOfMaterials(ProjectName, taken).WriteAsync(BillOfMaterialsFile, cancellationToken).ConfigureAwait(false);
        var advisories = settings.Switch(SettingsSchema.Audit) && taken.Assets.Packages.Count > 0
            ? await new PackageAudit(PackageAudit.UsualLimit, BuildLog).RunAsync(ProjectDirectory, taken.Assets, cancellationToken).ConfigureAwait(false)
            : [];
        Tell(before, taken, advisories);
    }

    private void Tell(Snapshot? before, TakenSnapshot taken, IReadOnlyList<Problem> advisories)
    {
        BuildLog.Detail($"The snapshot has {taken.Snapshot.Entries.Count} entries: {SnapshotFile}");
        foreach (var change in before is null ? [] : SnapshotDiff.Between(before, taken.Snapshot))
        {
            Log.LogMessage(MessageImportance.Normal, "since the last snapshot: {0}", change);
        }

        foreach (var warning in taken.Warnings.Concat(advisories))
        {
            BuildLog.Warn(warning);
        }
    }

    // The rest of what the project says is told by the tasks that read all of it.
    private protected override bool Reads(Setting setting) => setting.Scope == SettingScope.Client;

    private SnapshotRequest Request(ResolvedSettings settings) => new()
    {
        ProjectName = ProjectName,
        ProjectDirectory = ProjectDirectory,
        AssetsFile = AssetsFile,
        LockFile = File.Exists(LockFile) ? LockFile : null,
        TargetFramework = TargetFramework,
        RuntimeIdentifier = RuntimeIdentifier.Length == 0 ? null : RuntimeIdentifier,
        SdkVersion = SdkVersion,
        RuntimeVersion = RuntimeVersion,
        ProjectOutputs = [.. ProjectOutputs.Where(IsOfProject).Select(output => new ProjectOutput(output.GetMetadata("At"), output.ItemSpec))],
        Tools = Tools.DistinctBy(tool => tool.ItemSpec, StringComparer.Ordinal).ToDictionary(tool => tool.ItemSpec, tool => tool.GetMetadata("Version"), StringComparer.Ordinal),
        EnvironmentVariables = VariableReader.Read(EnvironmentVariables),
        VerificationCache = Path.Combine(Client.CacheDirectory(settings), "packages"),
    };

    // A package's files are told by its content hash already.
    private static bool IsOfProject(ITaskItem output) => output.GetMetadata("NuGetPackageId").Length == 0;

    // What was there before is only good for telling what changed.
    private async Task<Snapshot?> BeforeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(SnapshotFile) ? await Snapshot.ReadAsync(SnapshotFile, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (ClustrixException)
        {
            return null;
        }
    }
}
