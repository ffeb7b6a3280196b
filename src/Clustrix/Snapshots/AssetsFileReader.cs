namespace Clustrix.Snapshots;

/// <summary>One walk over an assets file, in the order in which a restore writes its sections.</summary>
internal sealed class AssetsFileReader(string targetFramework, string? runtimeIdentifier)
{
    private readonly List<string> _targets = [];
    private readonly Dictionary<string, Library> _libraries = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _packageFolders = [];
    private readonly SortedSet<string> _frameworkReferences = new(StringComparer.Ordinal);
    private readonly List<string> _sources = [];
    private readonly List<string> _direct = [];
    private List<RequestedVersion> _requested = [];
    private string? _target;
    private List<TargetEntry> _entries = [];

    private sealed record Library(string Type, string? ContentHash, string? Path);

    private sealed record TargetEntry(string Id, string Version, bool IsProject, List<PackageAsset> Assets, List<string> Dependencies);

    /// <summary>The names of all targets that the file has.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <summary>Reads the file; null when it doesn't have the target.</summary>
    public AssetsFile? Read(ReadOnlySpan<byte> json)
    {
        var scan = new JsonScan(json);
        scan.EnterObject();
        while (scan.NextProperty())
        {
            ReadSection(ref scan);
        }

        scan.End();
        return _target is null ? null : Join(ref scan, _target);
    }

    private void ReadSection(ref JsonScan scan)
    {
        if (scan.Is("targets"u8))
        {
            ReadTargets(ref scan);
        }
        else if (scan.Is("libraries"u8))
        {
            ReadLibraries(ref scan);
        }
        else if (scan.Is("projectFileDependencyGroups"u8))
        {
            ReadDirectDependencies(ref scan);
        }
        else if (scan.Is("packageFolders"u8))
        {
            ReadNames(ref scan, _packageFolders);
        }
        else if (scan.Is("project"u8))
        {
            ReadProject(ref scan);
        }
        else
        {
            scan.Skip();
        }
    }

    // The target with the platform wins, wherever it stands.
    private void ReadTargets(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var target = scan.Name();
            _targets.Add(target);
            var (framework, platform) = target.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0
                ? (target[..slash], target[(slash + 1)..])
                : (target, null);
            var wanted = TargetName.Matches(framework, targetFramework)
                && (platform is null ? _target is null : platform == runtimeIdentifier);
            if (wanted)
            {
                _target = target;
                _entries = ReadTarget(ref scan);
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private List<TargetEntry> ReadTarget(ref JsonScan scan)
    {
        var entries = new List<TargetEntry>();
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

            entries.Add(ReadTargetEntry(ref scan, name[..slash], name[(slash + 1)..]));
        }

        return entries;
    }

    private TargetEntry ReadTargetEntry(ref JsonScan scan, string id, string version)
    {
        var entry = new TargetEntry(id, version, IsProject: false, [], []);
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("type"u8))
            {
                entry = entry with { IsProject = scan.Text() == "project" };
            }
            else if (scan.Is("dependencies"u8))
            {
                ReadNames(ref scan, entry.Dependencies);
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
            var asset = new PackageAsset(kind, RelativePath(ref scan, scan.Name()));
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

    private void ReadLibraries(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var name = scan.Name();
            string? type = null, hash = null, path = null;
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("sha512"u8))
                {
                    hash = scan.Text();
                }
                else if (scan.Is("type"u8))
                {
                    type = scan.Text();
                }
                else if (scan.Is("path"u8))
                {
                    path = scan.Text();
                    path = type == "package" ? RelativePath(ref scan, path) : path;
                }
                else
                {
                    scan.Skip();
                }
            }

            _libraries[name] = new Library(type ?? throw scan.Fault($"'{name}' has no type"), hash, path);
        }
    }

    // A dependency is written with its range: "Shouldly >= 4.2.1".
    private void ReadDirectDependencies(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (TargetName.Matches(scan.Name(), targetFramework))
            {
                _direct.AddRange(scan.Texts().Select(text => text.Split(' ')[0]));
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private void ReadProject(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("restore"u8))
            {
                ReadRestore(ref scan);
            }
            else if (scan.Is("frameworks"u8))
            {
                ReadFrameworks(ref scan);
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private void ReadRestore(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            if (scan.Is("sources"u8))
            {
                ReadNames(ref scan, _sources);
            }
            else
            {
                scan.Skip();
            }
        }
    }

    private void ReadFrameworks(ref JsonScan scan)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var wanted = TargetName.Matches(scan.Name(), targetFramework);
            var requested = new List<RequestedVersion>();
            var references = new List<string>();
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("targetAlias"u8))
                {
                    wanted |= scan.Text() == targetFramework;
                }
                else if (scan.Is("dependencies"u8))
                {
                    ReadRequested(ref scan, requested);
                }
                else if (scan.Is("frameworkReferences"u8))
                {
                    ReadNames(ref scan, references);
                }
                else
                {
                    scan.Skip();
                }
            }

            if (wanted)
            {
                _requested = requested;
                _frameworkReferences.UnionWith(references);
            }
        }
    }

    private static void ReadRequested(ref JsonScan scan, List<RequestedVersion> requested)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            var id = scan.Name();
            scan.EnterObject();
            while (scan.NextProperty())
            {
                if (scan.Is("version"u8))
                {
                    requested.Add(new RequestedVersion(id, scan.Text()));
                }
                else
                {
                    scan.Skip();
                }
            }
        }
    }

    private static void ReadNames(ref JsonScan scan, List<string> names)
    {
        scan.EnterObject();
        while (scan.NextProperty())
        {
            names.Add(scan.Name());
            scan.Skip();
        }
    }

    // A package's path that leads out of the package folder would have us read, and blame, files of somebody else.
    private static string RelativePath(ref JsonScan scan, string path) =>
        path.Length > 0 && path[0] != '/' && !path.Split('/').Contains("..") ? path : throw scan.Fault($"'{path}' leads out of the package folder");

    private AssetsFile Join(ref JsonScan scan, string target)
    {
        var packages = new List<RestoredPackage>(_entries.Count);
        var projects = new List<ReferencedProject>();
        foreach (var entry in _entries)
        {
            if (!_libraries.TryGetValue($"{entry.Id}/{entry.Version}", out var library))
            {
                throw scan.Fault($"'{entry.Id}/{entry.Version}' is in the target '{target}' and not among the libraries");
            }

            if (entry.IsProject)
            {
                projects.Add(new ReferencedProject(entry.Id, entry.Version, library.Path, entry.Dependencies));
            }
            else
            {
                packages.Add(library is { ContentHash: { } hash, Path: { } path }
                    ? new RestoredPackage(entry.Id, entry.Version, path, hash, entry.Assets, entry.Dependencies)
                    : throw scan.Fault($"'{entry.Id}/{entry.Version}' has no sha512 or no path"));
            }
        }

        return new AssetsFile
        {
            Target = target,
            Packages = packages,
            Projects = projects,
            FrameworkReferences = [.. _frameworkReferences],
            PackageFolders = _packageFolders,
            Sources = _sources,
            Requested = _requested,
            DirectDependencies = _direct,
        };
    }
}
