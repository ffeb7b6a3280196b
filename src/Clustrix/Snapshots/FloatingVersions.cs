using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>Which floating versions the restore resolved otherwise than the lock file pins them.</summary>
internal static class FloatingVersions
{
    /// <summary>One warning for each package that moved.</summary>
    public static IEnumerable<Problem> Check(AssetsFile assets, LockFile lockFile, string lockFilePath)
    {
        var resolved = assets.Packages.ToDictionary(package => package.Id, package => package.Version, StringComparer.OrdinalIgnoreCase);
        return assets.Requested
            .Where(request => request.IsFloating)
            .Select(request => (Request: request, Locked: lockFile.Find(request.Id)?.Resolved, Now: resolved.GetValueOrDefault(request.Id)))
            .Where(package => package.Locked is not null && package.Now is not null && package.Locked != package.Now)
            .Select(package => new Problem(
                ErrorCode.FloatingVersionMoved,
                $"{package.Request.Id} {package.Request.Range} resolved to {package.Now}; the lock file pins {package.Locked}. Run 'dotnet restore --locked-mode' for the pinned version, or 'dotnet restore --force-evaluate' to pin the new one.",
                lockFilePath,
                Severity: Severity.Warning));
    }
}
