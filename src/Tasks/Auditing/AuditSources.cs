using Clustrix.Snapshots;
using NuGet.Configuration;

namespace Clustrix.MSBuild.Auditing;

/// <summary>The package sources that an audit asks, with the credentials that the user has configured for them.</summary>
/// <param name="Advisories">Those that are asked for vulnerabilities: the audit sources where there are any, as in a restore; else the package sources.</param>
/// <param name="Deprecations">Those that are asked for deprecations.</param>
internal sealed record AuditSources(IReadOnlyList<PackageSource> Advisories, IReadOnlyList<PackageSource> Deprecations)
{
    /// <summary>Finds the sources of a project.</summary>
    public static AuditSources Of(string projectDirectory, AssetsFile assets)
    {
        var configured = new PackageSourceProvider(Settings.LoadDefaultSettings(projectDirectory));
        var known = configured.LoadPackageSources().DistinctBy(source => source.Source).ToDictionary(source => source.Source, StringComparer.OrdinalIgnoreCase);
        var restored = Remote(assets.Sources.Select(source => known.GetValueOrDefault(source) ?? new PackageSource(source)));
        var audit = Remote(configured.LoadAuditSources());
        return new AuditSources(audit.Length > 0 ? audit : restored, restored);
    }

    private static PackageSource[] Remote(IEnumerable<PackageSource> sources) => [.. sources.Where(source => source.IsHttp)];
}
