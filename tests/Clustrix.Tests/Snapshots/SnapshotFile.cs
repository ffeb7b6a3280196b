using System.Text;
using Clustrix.Diagnostics;
using Clustrix.Snapshots;
using Clustrix.Testing;

namespace Clustrix.Tests.Snapshots;

public sealed class SnapshotFile : IDisposable
{
    private static readonly Snapshot Example = new(
    [
        new(EntryKind.Sdk, "", "10.0.400"),
        new(EntryKind.Package, "Alpha", "1.2.0 sha512:AA+/==") { Source = "https://feed.example/v3/index.json" },
        new(EntryKind.File, "dir/ä \"b\".dll", "00"),
        new(EntryKind.Package, "Alpha", "1.2.0 sha512:AA+/==") { Note = "told twice" },
    ]);

    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task The_form_is_canonical()
    {
        await Example.WriteAsync(_root["a/environment.json"], CancellationToken.None);

        var bytes = await File.ReadAllBytesAsync(_root["a/environment.json"]);
        Encoding.UTF8.GetString(bytes).ShouldBe(
            """
            {
              "format": 1,
              "hash": "fill-in",
              "entries": [
                {
                  "kind": "file",
                  "name": "dir/ä \"b\".dll",
                  "value": "00"
                },
                {
                  "kind": "package",
                  "name": "Alpha",
                  "value": "1.2.0 sha512:AA+/==",
                  "note": "told twice"
                },
                {
                  "kind": "sdk",
                  "name": "",
                  "value": "10.0.400"
                }
              ]
            }

            """.Replace("fill-in", EnvironmentHash.Of(Example).Value, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_written_is_read_again()
    {
        await Example.WriteAsync(_root["environment.json"], CancellationToken.None);

        (await Snapshot.ReadAsync(_root["environment.json"], CancellationToken.None)).Entries.ShouldBe(Example.Entries);
    }

    [Fact]
    public async Task A_file_with_the_same_content_is_left_alone()
    {
        var path = _root["environment.json"];
        (await Example.WriteAsync(path, CancellationToken.None)).ShouldBeTrue();
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        (await Example.WriteAsync(path, CancellationToken.None)).ShouldBeFalse();
        File.GetLastWriteTimeUtc(path).ShouldBe(DateTime.UnixEpoch);
        (await new Snapshot([]).WriteAsync(path, CancellationToken.None)).ShouldBeTrue();
        Directory.GetFiles(_root.Root).ShouldBe([path]);
    }

    [Fact]
    public async Task A_place_that_can_not_be_written_is_a_coded_problem()
    {
        _root.Write("file", "");

        (await Should.ThrowAsync<ClustrixException>(Example.WriteAsync(_root["file/environment.json"], CancellationToken.None))).Code.ShouldBe(ErrorCode.ArtifactsNotWritable);
    }

    [Theory]
    [InlineData("", "can't be read")]
    [InlineData("{ \"format\": 2, \"entries\": [] }", "format version is 2")]
    [InlineData("{ \"entries\": [] }", "no format version")]
    [InlineData("{ \"format\": 1, \"hash\": \"00\", \"entries\": [] }", "don't match the hash")]
    [InlineData("{ \"format\": 1, \"entries\": [ { \"kind\": \"moon\" } ] }", "'moon' is no kind of entry")]
    [InlineData("{ \"format\": 1, \"entries\": [ { \"kind\": \"sdk\" } ] }", "no kind, no name or no value")]
    public async Task A_damaged_or_newer_file_is_a_coded_problem(string json, string reason)
    {
        var failure = await Should.ThrowAsync<ClustrixException>(Snapshot.ReadAsync(_root.Write("environment.json", json), CancellationToken.None));

        failure.Code.ShouldBe(ErrorCode.CorruptSnapshot);
        failure.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task A_missing_file_is_a_coded_problem() =>
        (await Should.ThrowAsync<ClustrixException>(Snapshot.ReadAsync(_root["none"], CancellationToken.None))).Code.ShouldBe(ErrorCode.CorruptSnapshot);
}
