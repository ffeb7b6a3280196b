using System.Collections.Concurrent;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using NuGet.Configuration;
using NuGet.Packaging.Core;
using NuGet.Protocol;
using NuGet.Protocol.Core.Types;
using NuGet.Versioning;

namespace Clustrix.MSBuild.Auditing;

/// <summary>Asks the package sources of a project which of its packages are vulnerable or deprecated.</summary>
/// <remarks>
/// A source that doesn't offer such data, can't be reached or takes too long is passed over: an audit never fails a build and never holds
/// it up for longer than its limit. Only sources behind an address are asked, because directories offer no such data.
/// </remarks>
/// <param name="limit">How long the whole audit may take; what is known by then is told.</param>
/// <param name="log">Where it is told, in detail, which source was passed over and why.</param>
public sealed class PackageAudit(TimeSpan limit, ILog log)
{
    private const int Questions = 8;

    /// <summary>A limit that a build hardly notices and that a source on the other side of the world keeps: 3 seconds.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Problem, bool> _found = new();

    /// <summary>Asks the sources.</summary>
    /// <param name="projectDirectory">The project's directory, absolute; where the search for <c>nuget.config</c> starts, which may hold credentials and audit sources.</param>
    /// <param name="assets">The packages, and the sources that their restore could use.</param>
    /// <param name="cancellationToken">Ends the audit.</param>
    /// <returns>A warning for each advisory (<see cref="ErrorCode.VulnerablePackage"/>) and each deprecation (<see cref="ErrorCode.DeprecatedPackage"/>), sorted by message.</returns>
    public async Task<IReadOnlyList<Problem>> RunAsync(string projectDirectory, AssetsFile assets, CancellationToken cancellationToken)
    {
        _found.Clear();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit);
        var sources = AuditSources.Of(projectDirectory, assets);
        var questions = sources.Advisories.Select(source => TryAsync(source, AskForAdvisoriesAsync))
            .Concat(sources.Deprecations.Select(source => TryAsync(source, AskForDeprecationsAsync)));
        try
        {
            // Not every library ends when it is told to.
            await Task.WhenAll(questions).WaitAsync(limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.Detail($"The audit of the packages ended after {limit.TotalSeconds:0.#} s, before all sources had answered.");
        }

        return [.. _found.Keys.OrderBy(problem => problem.Message, StringComparer.Ordinal)];

        async Task TryAsync(PackageSource source, Func<SourceRepository, AssetsFile, CancellationToken, Task> ask)
        {
            try
            {
                await ask(Repository.Factory.GetCoreV3(source), assets, limited.Token).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.Detail($"The package source '{source.Name}' can't be asked for advisories: {fault.Message}");
            }
        }
    }

    private async Task AskForAdvisoriesAsync(SourceRepository source, AssetsFile assets, CancellationToken cancellationToken)
    {
        var resource = await source.GetResourceAsync<IVulnerabilityInfoResource>(cancellationToken).ConfigureAwait(false);
        if (resource is null)
        {
            return;
        }

        using var cache = new SourceCacheContext();
        var answer = await resource.GetVulnerabilityInfoAsync(cache, NuGet.Common.NullLogger.Instance, cancellationToken).ConfigureAwait(false);
        foreach (var known in answer.KnownVulnerabilities ?? [])
        {
            foreach (var package in assets.Packages)
            {
                var version = NuGetVersion.Parse(package.Version);
                foreach (var advisory in (known.GetValueOrDefault(package.Id) ?? []).Where(advisory => advisory.Versions.Satisfies(version)))
                {
                    Found(ErrorCode.VulnerablePackage, $"{package.Id} {package.Version} has a known vulnerability of {Word(advisory.Severity)} severity, {advisory.Url}. Update the package to a version outside {advisory.Versions.ToNormalizedString()}.");
                }
            }
        }
    }

    private async Task AskForDeprecationsAsync(SourceRepository source, AssetsFile assets, CancellationToken cancellationToken)
    {
        var resource = await source.GetResourceAsync<PackageMetadataResource>(cancellationToken).ConfigureAwait(false);
        if (resource is null)
        {
            return;
        }

        using var cache = new SourceCacheContext();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Questions, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(assets.Packages, options, async (package, token) =>
        {
            var identity = new PackageIdentity(package.Id, NuGetVersion.Parse(package.Version));
            var metadata = await resource.GetMetadataAsync(identity, cache, NuGet.Common.NullLogger.Instance, token).ConfigureAwait(false);
            var deprecation = metadata is null ? null : await metadata.GetDeprecationMetadataAsync().ConfigureAwait(false);
            if (deprecation is not null)
            {
                Found(ErrorCode.DeprecatedPackage, $"{package.Id} {package.Version} is deprecated ({string.Join(", ", deprecation.Reasons)}){Because(deprecation)}. {Instead(deprecation)}");
            }
        }).ConfigureAwait(false);
    }

    private void Found(ErrorCode code, string message) => _found.TryAdd(new Problem(code, message, Severity: Severity.Warning), true);

    private static string Word(PackageVulnerabilitySeverity severity) => severity switch
    {
        PackageVulnerabilitySeverity.Low => "low",
        PackageVulnerabilitySeverity.Moderate => "moderate",
        PackageVulnerabilitySeverity.High => "high",
        PackageVulnerabilitySeverity.Critical => "critical",
        _ => "unknown",
    };

    // The author's own words, which may be a paragraph, on one line.
    private static string Because(PackageDeprecationMetadata deprecation) =>
        string.IsNullOrWhiteSpace(deprecation.Message) ? "" : ": " + string.Join(' ', deprecation.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    private static string Instead(PackageDeprecationMetadata deprecation) =>
        deprecation.AlternatePackage is { } other ? $"Use {other.PackageId} instead." : "Look for another version or another package.";
}
