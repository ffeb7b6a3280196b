using Clustrix.Diagnostics;
using Clustrix.MSBuild.Auditing;
using Clustrix.Snapshots;
using Clustrix.Testing;

namespace Clustrix.MSBuild.Tests.Auditing;

public sealed class AuditOfPackages : IDisposable
{
    private const string Vulnerabilities = """{ "@id": "ROOT/vulnerabilities/index.json", "@type": "VulnerabilityInfo/6.7.0" }""";
    private const string Registrations = """{ "@id": "ROOT/registrations/", "@type": "RegistrationsBaseUrl/3.6.0" }""";

    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_vulnerable_package_is_told_with_severity_and_address()
    {
        using var feed = Feed(Vulnerabilities)
            .Answering("vulnerabilities/index.json", """[ { "@name": "base", "@id": "ROOT/vulnerabilities/base.json", "@updated": "2026-01-01T00:00:00Z" } ]""")
            .Answering("vulnerabilities/base.json", """
                {
                  "alpha": [
                    { "url": "https://advisories.example/1", "severity": 2, "versions": "(, 2.0.0)" },
                    { "url": "https://advisories.example/2", "severity": 3, "versions": "[3.0.0, )" }
                  ]
                }
                """);

        var warning = (await AuditAsync(Ample, feed.Index)).ShouldHaveSingleItem();

        warning.Code.ShouldBe(ErrorCode.VulnerablePackage);
        warning.Severity.ShouldBe(Severity.Warning);
        warning.Message.ShouldBe("Alpha 1.2.0 has a known vulnerability of high severity, https://advisories.example/1. Update the package to a version outside (, 2.0.0).");
    }

    [Fact]
    public async Task A_deprecated_package_is_told_with_reason_and_successor()
    {
        using var feed = Feed(Registrations).Answering("registrations/alpha/index.json", """
            {
              "count": 1,
              "items": [ {
                "@id": "ROOT/registrations/alpha/index.json#page/1.2.0/1.2.0", "count": 1, "lower": "1.2.0", "upper": "1.2.0",
                "items": [ {
                  "@id": "ROOT/registrations/alpha/1.2.0.json",
                  "catalogEntry": {
                    "id": "Alpha", "version": "1.2.0", "listed": true,
                    "deprecation": { "message": "It is\n  no longer kept.", "reasons": [ "Legacy" ], "alternatePackage": { "id": "Beta", "range": "*" } }
                  }
                } ]
              } ]
            }
            """);

        var warning = (await AuditAsync(Ample, feed.Index)).ShouldHaveSingleItem();

        warning.Code.ShouldBe(ErrorCode.DeprecatedPackage);
        warning.Severity.ShouldBe(Severity.Warning);
        warning.Message.ShouldBe("Alpha 1.2.0 is deprecated (Legacy): It is no longer kept. Use Beta instead.");
    }

    [Fact]
    public async Task A_feed_that_offers_no_such_data_is_silent()
    {
        using var feed = Feed("""{ "@id": "ROOT/flat/", "@type": "PackageBaseAddress/3.0.0" }""");

        (await AuditAsync(Ample, feed.Index)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Damaged_answers_are_silent()
    {
        using var feed = Feed($"{Vulnerabilities}, {Registrations}").Answering("vulnerabilities/index.json", "{").Answering("registrations/alpha/index.json", "[");

        (await AuditAsync(Ample, feed.Index)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_directory_as_source_is_silent()
    {
        _root.Write("feed/readme.txt", "no packages");

        (await AuditAsync(Ample, _root["feed"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_source_that_never_answers_ends_at_the_limit()
    {
        using var feed = new LoopbackFeed { IsSilent = true };

        (await AuditAsync(TimeSpan.FromMilliseconds(300), feed.Index).WaitAsync(Ample)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_source_that_can_not_be_reached_does_not_hide_another_one()
    {
        using var feed = Feed(Vulnerabilities)
            .Answering("vulnerabilities/index.json", """[ { "@name": "base", "@id": "ROOT/vulnerabilities/base.json", "@updated": "2026-01-01T00:00:00Z" } ]""")
            .Answering("vulnerabilities/base.json", """{ "alpha": [ { "url": "https://advisories.example/1", "severity": 0, "versions": "(, )" } ] }""");

        (await AuditAsync(Ample, "http://127.0.0.1:1/index.json", feed.Index)).ShouldHaveSingleItem().Message.ShouldContain("low severity");
    }

    [Fact]
    public async Task The_audit_sources_of_the_configuration_take_the_place_of_the_package_sources()
    {
        using var asked = Feed(Vulnerabilities)
            .Answering("vulnerabilities/index.json", """[ { "@name": "base", "@id": "ROOT/vulnerabilities/base.json", "@updated": "2026-01-01T00:00:00Z" } ]""")
            .Answering("vulnerabilities/base.json", """{ "alpha": [ { "url": "https://advisories.example/1", "severity": 1, "versions": "(, )" } ] }""");
        _root.Write("nuget.config", $"""<configuration><auditSources><clear /><add key="audit" value="{asked.Index}" allowInsecureConnections="true" /></auditSources></configuration>""");

        (await AuditAsync(Ample)).ShouldHaveSingleItem().Message.ShouldContain("moderate severity");
    }

    [Fact]
    public async Task A_cancelled_audit_ends()
    {
        using var feed = new LoopbackFeed { IsSilent = true };
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(AuditAsync(Ample, cancelled.Token, feed.Index));
    }

    private static LoopbackFeed Feed(string resources)
    {
        var feed = new LoopbackFeed();
        return feed.Answering("index.json", $$"""{ "version": "3.0.0", "resources": [ {{resources}} ] }""");
    }

    private Task<IReadOnlyList<Problem>> AuditAsync(TimeSpan limit, params string[] sources) => AuditAsync(limit, CancellationToken.None, sources);

    private Task<IReadOnlyList<Problem>> AuditAsync(TimeSpan limit, CancellationToken cancellationToken, params string[] sources) =>
        new PackageAudit(limit, SilentLog.Instance).RunAsync(
            _root.Root,
            new AssetsFile
            {
                Target = "net10.0",
                Packages = [new RestoredPackage("Alpha", "1.2.0", "alpha/1.2.0", "AAAA", [], [])],
                Projects = [],
                FrameworkReferences = [],
                PackageFolders = [],
                Sources = sources,
                Requested = [],
                DirectDependencies = [],
            },
            cancellationToken);
}
