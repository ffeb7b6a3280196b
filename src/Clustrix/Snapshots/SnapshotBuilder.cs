using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>Takes snapshots.</summary>
/// <param name="clock">Tells which package files are too young to be remembered as verified.</param>
/// <example>
/// <code>
/// var taken = await new SnapshotBuilder(TimeProvider.System).BuildAsync(request, cancellationToken);
/// await taken.Snapshot.WriteAsync("/src/app/obj/clustrix/environment.json", cancellationToken);
/// Console.WriteLine(EnvironmentHash.Of(taken.Snapshot));
/// </code>
/// </example>
public sealed class SnapshotBuilder(TimeProvider clock)
{
    /// <summary>Takes a snapshot: reads what was restored, verifies the packages, hashes the project's outputs.</summary>
    /// <param name="request">What to take the snapshot of.</param>
    /// <param name="cancellationToken">Ends the work; nothing is written then.</param>
    /// <returns>The snapshot and its warnings: floating versions that moved, packages from foreign sources.</returns>
    /// <exception cref="ClustrixException">All that is wrong at once: not restored, files that can't be read, packages that are missing or changed, outputs that are missing.</exception>
    public async Task<TakenSnapshot> BuildAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        var facts = Facts(request);
        var problems = new List<Problem>(MachineSnapshot.Check(facts));
        var outputs = OutputsAsync(request.ProjectOutputs, cancellationToken);
        var assets = await problems.TryAsync(() => AssetsFile.ReadAsync(request.AssetsFile, request.TargetFramework, request.RuntimeIdentifier, cancellationToken)).ConfigureAwait(false);
        var lockFile = request.LockFile is null
            ? null
            : await problems.TryAsync(() => LockFile.ReadAsync(request.LockFile, request.TargetFramework, request.RuntimeIdentifier, cancellationToken)).ConfigureAwait(false);
        var verdicts = assets is null ? [] : await VerifyAsync(request, assets, lockFile, cancellationToken).ConfigureAwait(false);
        problems.AddRange(verdicts.Select(verdict => verdict.Problem).OfType<Problem>());
        var files = await problems.TryAsync(() => outputs).ConfigureAwait(false);
        if (problems.Count > 0)
        {
            throw new ClustrixException(problems);
        }

        var entries = facts.Concat(Restored(request, assets!)).Concat(Packages(request, verdicts)).Concat(files!);
        return new TakenSnapshot(new Snapshot(entries), assets!, [.. Warnings(request, assets!, lockFile, verdicts)]);
    }

    private async Task<IReadOnlyList<PackageVerdict>> VerifyAsync(SnapshotRequest request, AssetsFile assets, LockFile? lockFile, CancellationToken cancellationToken)
    {
        var cache = await VerificationCache.ReadAsync(request.VerificationCache, clock, cancellationToken).ConfigureAwait(false);
        var verdicts = await new PackageVerification(assets, lockFile, cache).VerifyAsync(cancellationToken).ConfigureAwait(false);
        await cache.SaveAsync(cancellationToken).ConfigureAwait(false);
        return verdicts;
    }

    private static async Task<SnapshotEntry[]> OutputsAsync(IReadOnlyList<ProjectOutput> outputs, CancellationToken cancellationToken)
    {
        var entries = new SnapshotEntry[outputs.Count];
        var problems = new Problem?[outputs.Count];
        await Parallel.ForAsync(0, outputs.Count, cancellationToken, async (i, token) =>
        {
            try
            {
                entries[i] = new SnapshotEntry(EntryKind.File, outputs[i].Name, await FileDigest.OfAsync(outputs[i].Path, token).ConfigureAwait(false));
            }
            catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                problems[i] = Unbuilt($"The project output '{outputs[i].Name}' isn't there.", outputs[i]);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                problems[i] = Unbuilt($"The project output '{outputs[i].Name}' can't be read: {fault.Message}", outputs[i]);
            }
        }).ConfigureAwait(false);
        var found = problems.OfType<Problem>().ToList();
        return found.Count == 0 ? entries : throw new ClustrixException(found);
    }

    private static Problem Unbuilt(string what, ProjectOutput output) =>
        new(ErrorCode.ProjectOutputMissing, $"{what} Build the project first: run 'dotnet build'.", output.Path);

    private static IReadOnlyCollection<SnapshotEntry> Facts(SnapshotRequest request) =>
    [
        new(EntryKind.Runtime, "", request.RuntimeVersion),
        new(EntryKind.Sdk, "", request.SdkVersion),
        new(EntryKind.Target, "", request.TargetFramework),
        .. MachineSnapshot.Entries(request.RuntimeIdentifier, request.Tools, request.EnvironmentVariables),
    ];

    private static IEnumerable<SnapshotEntry> Restored(SnapshotRequest request, AssetsFile assets) =>
    [
        new(EntryKind.Project, request.ProjectName, "this project"),
        .. assets.Projects.Select(project => new SnapshotEntry(EntryKind.Project, project.Name, project.Version)),
        .. assets.FrameworkReferences.Select(framework => new SnapshotEntry(EntryKind.Framework, framework, "referenced")),
        .. assets.Packages.SelectMany(package => package.Assets
            .Where(asset => asset.Kind == AssetKind.Native && !asset.IsPlaceholder)
            .Select(asset => new SnapshotEntry(EntryKind.Native, asset.Path, package.Id))),
    ];

    private static IEnumerable<SnapshotEntry> Packages(SnapshotRequest request, IReadOnlyList<PackageVerdict> verdicts) =>
        verdicts.Select(verdict => new SnapshotEntry(EntryKind.Package, verdict.Package.Id, $"{verdict.Package.Version} sha512:{verdict.Package.ContentHash}")
        {
            Source = verdict.Source is null ? null : PackageSource.Parse(verdict.Source, request.ProjectDirectory).PublicText,
            Note = verdict.IsVerified ? null : "not verified: there is no package file beside the extracted files",
        });

    private static IEnumerable<Problem> Warnings(SnapshotRequest request, AssetsFile assets, LockFile? lockFile, IReadOnlyList<PackageVerdict> verdicts) =>
    [
        .. lockFile is null ? [] : FloatingVersions.Check(assets, lockFile, request.LockFile!),
        .. new PackageSources(request, assets).Check(verdicts),
    ];
}
