using Clustrix.Snapshots;

namespace Clustrix.Tests.Snapshots;

public sealed class DifferencesOfSnapshots
{
    private static readonly string Digest = new('0', 64);
    private static readonly string OtherDigest = new('1', 64);

    [Fact]
    public void Every_kind_of_change_has_its_line()
    {
        var before = new Snapshot(
        [
            new(EntryKind.Package, "X", "1.2.0 sha512:a"),
            new(EntryKind.Package, "Z", "1.0.0 sha512:z"),
            new(EntryKind.Package, "Gone", "1.0.0 sha512:g"),
            new(EntryKind.Sdk, "", "10.0.400"),
            new(EntryKind.Libc, "", "glibc 2.36"),
            new(EntryKind.File, "app.dll", Digest),
            new(EntryKind.File, "tool", Digest),
            new(EntryKind.File, "link", Digest + " -> a"),
            new(EntryKind.File, "same.dll", Digest),
            new(EntryKind.Variable, "FOO", "sha256:1234"),
        ]);
        var after = new Snapshot(
        [
            new(EntryKind.Package, "X", "1.3.0 sha512:b"),
            new(EntryKind.Package, "Z", "1.0.0 sha512:other"),
            new(EntryKind.Package, "Y", "1.0.0 sha512:y"),
            new(EntryKind.Sdk, "", "10.0.401"),
            new(EntryKind.Libc, "", "musl"),
            new(EntryKind.File, "app.dll", OtherDigest),
            new(EntryKind.File, "tool", Digest + "x"),
            new(EntryKind.File, "link", Digest + " -> b"),
            new(EntryKind.File, "same.dll", Digest) { Note = "only told" },
            new(EntryKind.Variable, "FOO", "sha256:5678"),
        ]);

        SnapshotDiff.Between(before, after).Select(change => change.ToString()).ShouldBe(
        [
            "file app.dll content changed",
            "file link link target changed",
            "file tool mode changed",
            "libc glibc 2.36 -> musl",
            "package Gone removed",
            "package X 1.2.0 -> 1.3.0",
            "package Y added",
            "package Z 1.0.0 content changed",
            "SDK 10.0.400 -> 10.0.401",
            "variable FOO changed",
        ]);
    }

    [Fact]
    public void A_name_with_several_values_changes_when_one_of_them_does() =>
        SnapshotDiff.Between(
            new Snapshot([new(EntryKind.Tool, "cc", "12"), new(EntryKind.Tool, "cc", "13")]),
            new Snapshot([new(EntryKind.Tool, "cc", "12")])).ShouldHaveSingleItem().ToString().ShouldBe("tool cc 12, 13 -> 12");
}
