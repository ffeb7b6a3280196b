using System.Text.Json.Nodes;
using Clustrix.Diagnostics;

namespace Clustrix.Tests.Snapshots;

public sealed class WarningsOfASnapshot : IDisposable
{
    private readonly RestoredProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_floating_version_that_moved_away_from_the_lock_file_is_told()
    {
        _project.With("Alpha", "1.3.0", ["lib/A.dll"], range: "[1.*, )").Restored().Locked("Alpha", "[1.*, )", "1.2.0", "AAAA");

        var warning = (await _project.TakeAsync()).Warnings.ShouldHaveSingleItem();

        warning.Code.ShouldBe(ErrorCode.FloatingVersionMoved);
        warning.Severity.ShouldBe(Severity.Warning);
        warning.Message.ShouldStartWith("Alpha [1.*, ) resolved to 1.3.0; the lock file pins 1.2.0.");
    }

    [Fact]
    public async Task A_floating_version_that_stayed_is_not_told()
    {
        _project.With("Alpha", "1.3.0", ["lib/A.dll"], range: "[1.*, )").Restored().Locked("Alpha", "[1.*, )", "1.3.0");

        (await _project.TakeAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Packages_from_a_source_outside_the_configured_ones_are_told_once_for_each_source()
    {
        const string Foreign = "https://user:secret@other.example/v3/index.json";
        _project
            .With("A", "1.0.0", ["lib/A.dll"], Foreign).With("B", "1.0.0", ["lib/B.dll"], Foreign).With("C", "1.0.0", ["lib/C.dll"], Foreign)
            .With("D", "1.0.0", ["lib/D.dll"], Foreign).With("E", "1.0.0", ["lib/E.dll"]).Restored();

        var taken = await _project.TakeAsync();

        var warning = taken.Warnings.ShouldHaveSingleItem();
        warning.Code.ShouldBe(ErrorCode.ForeignPackageSource);
        warning.Severity.ShouldBe(Severity.Warning);
        warning.Message.ShouldStartWith("'https://other.example/v3/index.json' is none of the package sources of App, and A 1.0.0, B 1.0.0, C 1.0.0 and 1 more came from there.");
        taken.Snapshot.Entries.Single(entry => entry.Name == "A").Source.ShouldBe("https://other.example/v3/index.json");
    }

    [Theory]
    [InlineData("https://FEED.example/v3/index.json/", "https://feed.example/v3/index.json")]
    [InlineData("/feeds/local/", "/feeds/local")]
    [InlineData("/feeds/local", "file:///feeds/local/")]
    [InlineData("../../feeds", "{root}/feeds")]
    public async Task Two_spellings_of_one_source_are_one(string configured, string recorded)
    {
        var root = Path.GetFullPath(Path.Combine(_project.Directory, "../.."));
        _project.Sources[configured] = new JsonObject();
        _project.With("A", "1.0.0", ["lib/A.dll"], recorded.Replace("{root}", root, StringComparison.Ordinal)).Restored();

        (await _project.TakeAsync()).Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sources_that_the_caller_names_take_the_place_of_the_restored_ones()
    {
        _project.With("A", "1.0.0", ["lib/A.dll"]).Restored();

        (await _project.TakeAsync(_project.Request with { Sources = ["https://mirror.example/index.json"] })).Warnings.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_local_directory_as_source_leaves_no_absolute_path()
    {
        _project.Sources["/feeds/local"] = new JsonObject();
        _project.With("A", "1.0.0", ["lib/A.dll"], "/feeds/local").Restored();

        (await _project.TakeAsync()).Snapshot.Entries.Single(entry => entry.Name == "A").Source.ShouldBe("a local directory");
    }
}
