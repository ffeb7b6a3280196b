using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>The versions that a project has pinned for one target: <c>packages.lock.json</c>.</summary>
public sealed class LockFile
{
    private readonly Dictionary<string, LockedPackage> _packages;

    private LockFile(Dictionary<string, LockedPackage> packages) => _packages = packages;

    /// <summary>The pinned packages, in no particular order. Projects are none.</summary>
    public IReadOnlyCollection<LockedPackage> Packages => _packages.Values;

    /// <summary>The pinned package of an id, in any case; null when the lock file has none.</summary>
    public LockedPackage? Find(string id) => _packages.GetValueOrDefault(id);

    /// <summary>Reads one target of a lock file.</summary>
    /// <param name="path">The file, usually <c>packages.lock.json</c> beside the project.</param>
    /// <param name="targetFramework">The target framework as the project writes it.</param>
    /// <param name="runtimeIdentifier">The platform whose own packages count too; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The pinned packages; none of them for a target that the lock file doesn't know.</returns>
    /// <exception cref="ClustrixException">The file is missing or can't be read (<see cref="ErrorCode.CorruptLockFile"/>).</exception>
    public static async Task<LockFile> ReadAsync(string path, string targetFramework, string? runtimeIdentifier, CancellationToken cancellationToken)
    {
        const string Remedy = "Run 'dotnet restore --force-evaluate' to write it anew.";
        try
        {
            return await JsonDocumentFile.ReadAsync(
                path,
                json => Parse(json, targetFramework, runtimeIdentifier),
                ErrorCode.CorruptLockFile,
                Remedy,
                cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException missing)
        {
            throw new ClustrixException([new Problem(ErrorCode.CorruptLockFile, $"There is no lock file '{path}'. {Remedy}", path)], missing);
        }
    }

    private static LockFile Parse(ReadOnlySpan<byte> json, string targetFramework, string? runtimeIdentifier)
    {
        var scan = new JsonScan(json);
        var packages = new Dictionary<string, LockedPackage>(StringComparer.OrdinalIgnoreCase);
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (!scan.Is("dependencies"u8))
            {
                scan.Skip();
                continue;
            }

            scan.EnterObject();
            while (scan.NextProperty())
            {
                var target = scan.Name().Split('/');
                if (TargetName.Matches(target[0], targetFramework) && (target.Length == 1 || target[1] == runtimeIdentifier))
                {
                    ReadTarget(ref scan, packages);
                }
                else
                {
                    scan.Skip();
                }
            }
        }

        scan.End();
        return new LockFile(packages);
    }

    private static void ReadTarget(ref JsonScan scan, Dictionary<string, LockedPackage> packages)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var id = scan.Name();
            string? requested = null, resolved = null, hash = null;
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("requested"u8))
                {
                    requested = scan.Text();
                }
                else if (scan.Is("resolved"u8))
                {
                    resolved = scan.Text();
                }
                else if (scan.Is("contentHash"u8))
                {
                    hash = scan.Text();
                }
                else
                {
                    scan.Skip();
                }
            }

            if (resolved is not null)
            {
                packages[id] = new LockedPackage(id, requested, resolved, hash);
            }
        }
    }
}
