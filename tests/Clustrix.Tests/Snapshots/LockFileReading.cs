using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Clustrix.Testing;

namespace Clustrix.Tests.Snapshots;

public sealed class LockFileReading : IDisposable
{
    private const string TwoTargets = """
        {
          "version": 2,
          "dependencies": {
            "net10.0": {
              "Direct": { "type": "Direct", "requested": "[1.*, )", "resolved": "1.4.0", "contentHash": "ZA==", "dependencies": { "Other": "1.0.0" } },
              "Other": { "type": "Transitive", "resolved": "1.0.0", "contentHash": "bw==" },
              "lib": { "type": "Project" }
            },
            "net10.0/linux-x64": { "Native": { "type": "Transitive", "resolved": "3.0.0", "contentHash": "bg==" } },
            "net9.0": { "Direct": { "type": "Direct", "resolved": "0.9.0" } }
          }
        }
        """;

    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_packages_of_the_target_and_its_platform_are_read()
    {
        var file = await ReadAsync(TwoTargets, "linux-x64");

        file.Packages.Select(package => package.Id).Order(StringComparer.Ordinal).ShouldBe(["Direct", "Native", "Other"]);
        file.Find("direct").ShouldBe(new LockedPackage("Direct", "[1.*, )", "1.4.0", "ZA=="));
        (await ReadAsync(TwoTargets, null)).Find("Native").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"dependencies\": { \"net10.0\": { \"A\": 1 } } }")]
    [InlineData("{ \"dependencies\": ")]
    public async Task A_damaged_file_is_a_coded_problem(string json) =>
        (await Should.ThrowAsync<ClustrixException>(ReadAsync(json, null))).Code.ShouldBe(ErrorCode.CorruptLockFile);

    [Fact]
    public async Task A_missing_file_is_a_coded_problem() =>
        (await Should.ThrowAsync<ClustrixException>(LockFile.ReadAsync(_root["none"], "net10.0", null, CancellationToken.None))).Code.ShouldBe(ErrorCode.CorruptLockFile);

    private Task<LockFile> ReadAsync(string json, string? platform) =>
        LockFile.ReadAsync(_root.Write("packages.lock.json", json), "net10.0", platform, CancellationToken.None);
}
