using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class ListedPayloads
{
    private static readonly LayerFile[] Files =
    [
        File("same", "1"),
        File("changed", "1"),
        File("executable", "1"),
        File("gone", "1"),
        new LayerFile("link", FileKind.SymbolicLink, false, 0, "", "same", null),
        new LayerFile("empty\nhere", FileKind.Directory, false, 0, "", null, null),
    ];

    [Fact]
    public async Task Tell_what_changed_after_they_were_written_and_read()
    {
        using var directory = new TempDirectory();
        await PayloadListing.Of(PayloadOf(Files)).WriteAsync(directory["deep/payload.json"], CancellationToken.None);
        var before = (await PayloadListing.ReadAsync(directory["deep/payload.json"], CancellationToken.None)).ShouldNotBeNull();

        before.ChangesTo(PayloadListing.Of(PayloadOf(Files))).ShouldBeEmpty();
        before.ChangesTo(PayloadListing.Of(PayloadOf(
        [
            File("same", "1"),
            File("changed", "2"),
            File("executable", "1") with { Executable = true },
            File("new", "1"),
            new LayerFile("link", FileKind.SymbolicLink, false, 0, "", "changed", null),
        ]))).ShouldBe(
        [
            "payload file 'changed' changed",
            @"payload file 'empty\u000ahere' removed",
            "payload file 'executable' changed",
            "payload file 'gone' removed",
            "payload file 'link' changed",
            "payload file 'new' added",
        ]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "format": 2, "root": "", "files": {} }""")]
    [InlineData("""{ "format": 1, "root": "", "files": [] }""")]
    [InlineData("""{ "format": 1, "root": "", "files": { "a": 1 } }""")]
    public async Task That_cannot_be_read_explain_nothing(string? text)
    {
        using var directory = new TempDirectory();
        var path = text is null ? directory["absent"] : directory.Write("payload.json", text);

        (await PayloadListing.ReadAsync(path, CancellationToken.None)).ShouldBeNull();
    }

    private static LayerFile File(string path, string digest) => new(path, FileKind.File, false, 1, digest, null, null);

    private static Payload PayloadOf(LayerFile[] files) => new([new Layer("l", files)]);
}
