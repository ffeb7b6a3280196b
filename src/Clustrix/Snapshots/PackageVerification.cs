using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>
/// Compares the files of packages with their content hashes: the hash with the package file, and the package file with the extracted
/// files that the build uses. What was verified once and hasn't been touched since is only looked up.
/// </summary>
internal sealed class PackageVerification(AssetsFile assets, LockFile? lockFile, VerificationCache cache)
{
    /// <summary>Verifies all packages of the assets file.</summary>
    /// <returns>One verdict for each package, in the order of the assets file.</returns>
    public async Task<IReadOnlyList<PackageVerdict>> VerifyAsync(CancellationToken cancellationToken)
    {
        var packages = assets.Packages;
        var verdicts = new PackageVerdict[packages.Count];
        var ranges = Partitioner.Create(0, Math.Max(1, packages.Count));
        await Parallel.ForEachAsync(ranges.GetDynamicPartitions(), cancellationToken, (range, token) =>
        {
            for (var i = range.Item1; i < Math.Min(range.Item2, packages.Count); i++)
            {
                token.ThrowIfCancellationRequested();
                verdicts[i] = Verify(packages[i], token);
            }

            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return verdicts;
    }

    private PackageVerdict Verify(RestoredPackage package, CancellationToken cancellationToken)
    {
        var directory = new PackageDirectory(package, assets.PackageFolders);
        if (!directory.Exists)
        {
            return Refused(package, ErrorCode.PackageMissing, $"The package {package.Id} {package.Version} isn't in any of the package folders ({string.Join(", ", assets.PackageFolders)}). Run 'dotnet restore'.");
        }

        try
        {
            var metadata = directory.ReadMetadata();
            CheckHashes(package, metadata);
            return new PackageVerdict(package, metadata?.Source, CheckFiles(directory, cancellationToken), Problem: null);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException or JsonException)
        {
            return Refused(
                package,
                ErrorCode.PackageContentMismatch,
                $"The package {package.Id} {package.Version} in '{directory.Path}' isn't what was restored: {fault.Message}. Delete that directory and run 'dotnet restore'.");
        }
    }

    private void CheckHashes(RestoredPackage package, PackageMetadata? metadata)
    {
        if (metadata is not null && metadata.ContentHash != package.ContentHash)
        {
            throw new InvalidDataException($"{PackageMetadata.FileName} has another content hash than the assets file");
        }

        if (lockFile?.Find(package.Id) is { ContentHash: { } locked } pinned && pinned.Resolved == package.Version && locked != package.ContentHash)
        {
            throw new InvalidDataException("the lock file has another content hash than the assets file");
        }
    }

    private bool CheckFiles(PackageDirectory directory, CancellationToken cancellationToken)
    {
        var stamp = directory.Stamp();
        if (stamp is not null && cache.Contains(stamp))
        {
            return true;
        }

        if (!directory.HasArchive)
        {
            return false;
        }

        using var archive = File.OpenHandle(directory.ArchivePath);
        directory.CheckArchive(ArchiveHash.Of(archive, cancellationToken));
        using var stream = new FileStream(archive, FileAccess.Read);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
        directory.CheckFiles(zip, cancellationToken);
        if (stamp is not null)
        {
            cache.Add(stamp);
        }

        return true;
    }

    private static PackageVerdict Refused(RestoredPackage package, ErrorCode code, string message) =>
        new(package, Source: null, IsVerified: false, new Problem(code, message));
}
