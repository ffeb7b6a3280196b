using Clustrix.Diagnostics;

namespace Clustrix.Snapshots;

/// <summary>Which packages came from a source that the project doesn't use.</summary>
internal sealed class PackageSources
{
    private const int NamedPackages = 3;

    private readonly string _projectName;
    private readonly string _directory;
    private readonly HashSet<PackageSource> _configured;

    public PackageSources(SnapshotRequest request, AssetsFile assets)
    {
        _projectName = request.ProjectName;
        _directory = request.ProjectDirectory;
        var configured = request.Sources.Count > 0 ? request.Sources : assets.Sources;
        _configured = [.. configured.Select(source => PackageSource.Parse(source, _directory))];
    }

    /// <summary>One warning for each foreign source.</summary>
    public IEnumerable<Problem> Check(IEnumerable<PackageVerdict> verdicts) => verdicts
        .Where(verdict => verdict.Source is not null)
        .GroupBy(verdict => PackageSource.Parse(verdict.Source!, _directory))
        .Where(source => !_configured.Contains(source.Key))
        .OrderBy(source => source.Key.Text, StringComparer.Ordinal)
        .Select(source => Foreign(source.Key, [.. source.Select(verdict => $"{verdict.Package.Id} {verdict.Package.Version}").Order(StringComparer.Ordinal)]));

    private Problem Foreign(PackageSource source, string[] packages)
    {
        var named = string.Join(", ", packages.Take(NamedPackages));
        var more = packages.Length > NamedPackages ? $" and {packages.Length - NamedPackages} more" : "";
        return new Problem(
            ErrorCode.ForeignPackageSource,
            $"'{source.Text}' is none of the package sources of {_projectName}, and {named}{more} came from there. Add it to nuget.config, or delete the packages from the package folder and run 'dotnet restore'.",
            Severity: Severity.Warning);
    }
}
