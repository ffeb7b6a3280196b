namespace Clustrix.Snapshots;

/// <summary>One walk over an assets file. Sections that a snapshot doesn't need are skipped.</summary>
internal sealed class AssetsFileReader(string targetFramework, string? runtimeIdentifier)
{
    private readonly AssetsTargetsReader _targets = new(targetFramework, runtimeIdentifier);
    private readonly AssetsProjectReader _project = new(targetFramework);
    private readonly List<string> _direct = [];
    private Dictionary<string, AssetsLibrary> _libraries = [];
    private List<string> _packageFolders = [];

    /// <summary>The names of all targets that the file has.</summary>
    public IReadOnlyCollection<string> Targets => _targets.Names;

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
        return _targets.Selected is null ? null : Join(ref scan, _targets.Selected);
    }

    private void ReadSection(ref JsonScan scan)
    {
        if (scan.Is("targets"u8))
        {
            _targets.Read(ref scan);
        }
        else if (scan.Is("libraries"u8))
        {
            _libraries = AssetsLibrary.ReadAll(ref scan);
        }
        else if (scan.Is("projectFileDependencyGroups"u8))
        {
            ReadDirectDependencies(ref scan);
        }
        else if (scan.Is("packageFolders"u8))
        {
            _packageFolders = scan.Names();
        }
        else if (scan.Is("project"u8))
        {
            _project.Read(ref scan);
        }
        else
        {
            scan.Skip();
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

    private AssetsFile Join(ref JsonScan scan, string target)
    {
        var packages = new List<RestoredPackage>(_targets.Entries.Count);
        var projects = new List<ReferencedProject>();
        foreach (var entry in _targets.Entries)
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
            FrameworkReferences = [.. _targets.FrameworkReferences.Union(_project.FrameworkReferences).Order(StringComparer.Ordinal)],
            PackageFolders = _packageFolders,
            Sources = _project.Sources,
            Requested = _project.Requested,
            DirectDependencies = _direct,
        };
    }
}
