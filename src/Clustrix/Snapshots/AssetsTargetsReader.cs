namespace Clustrix.Snapshots;

/// <summary>Reads one target of the section <c>targets</c> of an assets file: what is resolved, and which of its files the build uses.</summary>
internal sealed class AssetsTargetsReader(string targetFramework, string? runtimeIdentifier)
{
    private readonly List<string> _names = [];
    private readonly SortedSet<string> _frameworkReferences = new(StringComparer.Ordinal);

    /// <summary>The names of all targets that the section has.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>The name of the target that was read; null when the section doesn't have it.</summary>
    public string? Selected { get; private set; }

    /// <summary>The packages and projects of that target.</summary>
    public IReadOnlyList<AssetsTargetEntry> Entries { get; private set; } = [];

    /// <summary>The shared frameworks that packages of that target refer to.</summary>
    public IReadOnlyCollection<string> FrameworkReferences => _frameworkReferences;

    /// <summary>Reads the section. The target with the platform wins, wherever it stands.</summary>
    public void Read(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var target = scan.Name();
            _names.Add(target);
            var (framework, platform) = target.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
                ? (target[..slash], target[(slash + 1)..])
                : (target, null);
            var wanted = TargetName.Matches(framework, targetFramework)
                && (platform is null ? Selected is null : platform == runtimeIdentifier);
            if (wanted)
            {
                Selected = target;
                Entries = ReadTarget(ref scan);
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private List<AssetsTargetEntry> ReadTarget(ref JsonScan scan)
    {
        var entries = new List<AssetsTargetEntry>();
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _frameworkReferences.Clear();
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var name = scan.Name();
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == name.Length - 1)
            {
                throw scan.Fault($"'{name}' isn't a name and a version");
            }

            if (!ids.Add(name[..slash]))
            {
                throw scan.Fault($"'{name[..slash]}' is there twice");
            }

            entries.Add(ReadEntry(ref scan, name[..slash], name[(slash + 1)..]));
        }

        return entries;
    }

    private AssetsTargetEntry ReadEntry(ref JsonScan scan, string id, string version)
    {
        var entry = new AssetsTargetEntry(id, version, IsProject: false, [], []);
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("type"u8))
            {
                entry = entry with { IsProject = scan.Text() == "project" };
            }
            else if (scan.Is("dependencies"u8))
            {
                entry.Dependencies.AddRange(scan.Names());
            }
            else if (scan.Is("frameworkReferences"u8))
            {
                _frameworkReferences.UnionWith(scan.Texts());
            }
            else if (KindOf(ref scan) is { } kind)
            {
                ReadAssets(ref scan, kind, entry.Assets);
            }
            else
            {
                scan.Skip();
            }
        }

        return entry;
    }

    private static AssetKind? KindOf(ref JsonScan scan)
    {
        if (scan.Is("compile"u8))
        {
            return AssetKind.Compile;
        }

        if (scan.Is("runtime"u8) || scan.Is("runtimeTargets"u8))
        {
            return AssetKind.Runtime;
        }

        if (scan.Is("resource"u8))
        {
            return AssetKind.Resource;
        }

        if (scan.Is("native"u8))
        {
            return AssetKind.Native;
        }

        if (scan.Is("contentFiles"u8))
        {
            return AssetKind.ContentFile;
        }

        return scan.Is("build"u8) || scan.Is("buildMultiTargeting"u8) ? AssetKind.Build : null;
    }

    private static void ReadAssets(ref JsonScan scan, AssetKind kind, List<PackageAsset> assets)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var asset = new PackageAsset(kind, PackagePath.Check(ref scan, scan.Name()));
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("rid"u8))
                {
                    asset = asset with { RuntimeIdentifier = scan.Text() };
                }
                else if (scan.Is("assetType"u8))
                {
                    asset = scan.Text() == "native" ? asset with { Kind = AssetKind.Native } : asset;
                }
                else
                {
                    scan.Skip();
                }
            }

            assets.Add(asset);
        }
    }
}
