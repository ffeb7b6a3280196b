using Clustrix.Diagnostics;
using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

public sealed class RememberedVerification : IDisposable
{
    private const string Library = "lib/net10.0/Alpha.dll";

    private readonly RestoredProject _project = new RestoredProject().With("Alpha", "1.0.0", [Library]).Restored();

    public void Dispose() => _project.Dispose();

    private SnapshotRequest Request => _project.Request with { VerificationCache = _project.CachePath };

    [Fact]
    public async Task Files_that_have_just_changed_are_verified_again_next_time()
    {
        await _project.TakeAsync(Request, TimeProvider.System);

        File.Exists(_project.CachePath).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_that_have_lain_for_a_while_are_remembered_and_the_cache_then_stays_as_it_is()
    {
        await _project.TakeAsync(Request, new LaterClock());
        var written = File.GetLastWriteTimeUtc(_project.CachePath);
        await _project.TakeAsync(Request, new LaterClock());

        File.ReadAllLines(_project.CachePath).Length.ShouldBe(2);
        File.GetLastWriteTimeUtc(_project.CachePath).ShouldBe(written);
    }

    [Fact]
    public async Task What_is_remembered_is_not_read_again()
    {
        await _project.TakeAsync(Request, new LaterClock());
        await File.WriteAllTextAsync(_project["alpha/1.0.0", Library], "other content");
        var package = (await AssetsFile.ReadAsync(_project.AssetsPath, "net10.0", null, CancellationToken.None)).Packages[0];
        var stamp = new PackageDirectory(package, [Path.GetFullPath(_project["alpha/1.0.0", "../.."]) + "/"]).Stamp().ShouldNotBeNull();
        await File.WriteAllTextAsync(_project.CachePath, $"clustrix-verified 1\n{stamp.Digest}\n");

        (await _project.TakeAsync(Request)).Snapshot.Entries.ShouldContain(entry => entry.Name == "Alpha");
    }

    [Fact]
    public async Task A_file_that_changes_behind_the_cache_is_found_even_with_its_old_size_and_time()
    {
        await _project.TakeAsync(Request, new LaterClock());
        var path = _project["alpha/1.0.0", Library];
        var time = File.GetLastWriteTimeUtc(path);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        File.SetLastWriteTimeUtc(path, time);

        (await Should.ThrowAsync<ClustrixException>(_project.TakeAsync(Request, new LaterClock()))).Code.ShouldBe(ErrorCode.PackageContentMismatch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("something else\n")]
    [InlineData("clustrix-verified 1\n00ff\n")]
    public async Task A_damaged_cache_only_costs_time(string content)
    {
        await File.WriteAllTextAsync(_project.CachePath, content);

        await _project.TakeAsync(Request, new LaterClock());

        File.ReadAllLines(_project.CachePath).ShouldNotContain("00ff");
    }

    [Fact]
    public async Task A_cache_that_can_not_be_written_only_costs_time()
    {
        Directory.CreateDirectory(_project.CachePath);

        await _project.TakeAsync(Request, new LaterClock());
    }

    /// <summary>A clock for which all files of the test are old.</summary>
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddHours(1);
    }
}
