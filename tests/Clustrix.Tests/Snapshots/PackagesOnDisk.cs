using Clustrix.Diagnostics;
using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

public sealed class PackagesOnDisk : IDisposable
{
    private const string Package = "alpha/1.2.0";
    private const string Library = "lib/net10.0/Alpha.dll";

    private readonly RestoredProject _project = new RestoredProject()
        .With("Alpha", "1.2.0", [Library, "runtimes/linux-x64/native/libalpha.so"])
        .With("Beta", "2.0.0", ["lib/net10.0/Beta.dll"])
        .Restored();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Untouched_files_are_verified_and_need_no_note()
    {
        var taken = await _project.TakeAsync();

        taken.Warnings.ShouldBeEmpty();
        var packages = taken.Snapshot.Entries.Where(entry => entry.Kind == EntryKind.Package).ToList();
        packages.Select(entry => entry.Name).ShouldBe(["Alpha", "Beta"]);
        packages.ShouldAllBe(entry => entry.Note == null && entry.Source == RestoredProject.Feed);
        packages[0].Value.ShouldStartWith("1.2.0 sha512:");
        taken.Snapshot.Entries.ShouldContain(new SnapshotEntry(EntryKind.Native, "runtimes/linux-x64/native/libalpha.so", "Alpha"));
    }

    [Fact]
    public async Task A_changed_file_of_the_same_size_is_found()
    {
        var path = _project[Package, Library];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("'lib/net10.0/Alpha.dll' has other content");
    }

    [Fact]
    public async Task A_file_of_another_size_is_found()
    {
        await File.AppendAllTextAsync(_project[Package, Library], "more");

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("'lib/net10.0/Alpha.dll' has 39 bytes instead of 35");
    }

    [Fact]
    public async Task A_missing_file_is_found()
    {
        File.Delete(_project[Package, Library]);

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("'lib/net10.0/Alpha.dll' is missing");
    }

    [Fact]
    public async Task A_changed_package_file_is_found()
    {
        await File.AppendAllTextAsync(_project[Package, "alpha.1.2.0.nupkg"], "x");

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("'alpha.1.2.0.nupkg' doesn't match the content hash");
    }

    [Fact]
    public async Task A_package_file_that_is_no_archive_is_found()
    {
        await File.WriteAllTextAsync(_project[Package, "alpha.1.2.0.nupkg"], "");

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("it is no zip archive");
    }

    [Fact]
    public async Task A_changed_hash_file_is_found()
    {
        await File.WriteAllTextAsync(_project[Package, "alpha.1.2.0.nupkg.sha512"], Convert.ToBase64String(new byte[64]));

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("doesn't match 'alpha.1.2.0.nupkg.sha512'");
    }

    [Fact]
    public async Task A_package_that_was_replaced_after_the_restore_is_found()
    {
        await File.WriteAllTextAsync(_project[Package, ".nupkg.metadata"], """{ "version": 2, "contentHash": "AAAA", "source": null }""");

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("another content hash than the assets file");
    }

    [Fact]
    public async Task Damaged_metadata_are_found()
    {
        await File.WriteAllTextAsync(_project[Package, ".nupkg.metadata"], """{ "version": 2, """);

        await RefusedAsync(ErrorCode.PackageContentMismatch);
    }

    [Fact]
    public async Task A_package_that_the_lock_file_pins_with_another_hash_is_found()
    {
        _project.Locked("Alpha", "[1.2.0, )", "1.2.0", "AAAA");

        (await RefusedAsync(ErrorCode.PackageContentMismatch)).ShouldContain("the lock file has another content hash");
    }

    [Fact]
    public async Task A_package_that_is_not_there_is_found()
    {
        Directory.Delete(_project[Package, ""], recursive: true);

        (await RefusedAsync(ErrorCode.PackageMissing)).ShouldContain("Alpha 1.2.0 isn't in any of the package folders");
    }

    [Fact]
    public async Task A_directory_without_the_package_file_is_taken_with_a_note_and_the_same_hash()
    {
        var before = await _project.TakeAsync();
        File.Delete(_project[Package, "alpha.1.2.0.nupkg"]);
        var after = await _project.TakeAsync();

        after.Warnings.ShouldBeEmpty();
        after.Snapshot.Entries.Single(entry => entry.Name == "Alpha").Note.ShouldNotBeNull().ShouldStartWith("not verified");
        EnvironmentHash.Of(after.Snapshot).Value.ShouldBe(EnvironmentHash.Of(before.Snapshot).Value);
    }

    [Fact]
    public async Task All_changed_packages_are_told_at_once()
    {
        File.Delete(_project[Package, Library]);
        Directory.Delete(_project["beta/2.0.0", ""], recursive: true);

        var failure = await Should.ThrowAsync<ClustrixException>(_project.TakeAsync());
        failure.Problems.Select(problem => problem.Code).ShouldBe([ErrorCode.PackageContentMismatch, ErrorCode.PackageMissing]);
    }

    private async Task<string> RefusedAsync(ErrorCode code)
    {
        var failure = await Should.ThrowAsync<ClustrixException>(_project.TakeAsync());
        var problem = failure.Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe(code);
        problem.Message.ShouldContain("Alpha 1.2.0");
        problem.Message.ShouldContain("dotnet restore");
        return problem.Message;
    }
}
