using Cake.Core.IO;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Path = System.IO.Path;

namespace Cake.Clustrix.Input;

/// <summary>Takes the snapshot of a restored project.</summary>
/// <param name="call">The call.</param>
/// <param name="settings">The project.</param>
/// <param name="cacheDirectory">Where to remember which packages were verified, absolute.</param>
internal sealed class ProjectSnapshot(AliasCall call, ClustrixSnapshotSettings settings, string cacheDirectory)
{
    public async Task<Snapshot> TakeAsync(CancellationToken cancellationToken)
    {
        var taken = await new SnapshotBuilder(TimeProvider.System).BuildAsync(Request(), cancellationToken).ConfigureAwait(false);
        foreach (var warning in taken.Warnings)
        {
            call.Log.Warn(warning);
        }

        if (settings.BillOfMaterialsFile is { } file)
        {
            await new SoftwareBillOfMaterials(ProjectName, taken).WriteAsync(Absolute(file), cancellationToken).ConfigureAwait(false);
        }

        return taken.Snapshot;
    }

    private string ProjectName => Path.GetFileName(call.Directory);

    private SnapshotRequest Request() => new()
    {
        ProjectName = ProjectName,
        ProjectDirectory = call.Directory,
        AssetsFile = Absolute(settings.AssetsFile!),
        LockFile = settings.LockFile is { } file ? Absolute(file) : null,
        TargetFramework = Needed(settings.TargetFramework, nameof(settings.TargetFramework)),
        RuntimeIdentifier = settings.RuntimeIdentifier,
        SdkVersion = Needed(settings.SdkVersion, nameof(settings.SdkVersion)),
        RuntimeVersion = settings.RuntimeVersion ?? Environment.Version.ToString(),
        ProjectOutputs = [.. settings.ProjectOutputs.Select(Absolute).Select(path => new ProjectOutput(Path.GetRelativePath(call.Directory, path), path))],
        Tools = settings.Tools.AsReadOnly(),
        EnvironmentVariables = Variables.Read(settings.EnvironmentVariables, call.Environment),
        VerificationCache = Path.Combine(cacheDirectory, "packages"),
    };

    private string Absolute(FilePath file) => file.MakeAbsolute(call.Directory).FullPath;

    private static string Needed(string? value, string name) => value
        ?? throw new ClustrixException(ErrorCode.BadValue, $"The snapshot of an AssetsFile needs {name}. Set it as the project's build has it.");
}
