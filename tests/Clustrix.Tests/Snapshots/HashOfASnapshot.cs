using Clustrix.Snapshots;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Snapshots;

public sealed class HashOfASnapshot
{
    private static readonly Gen<SnapshotEntry> Entry =
        from kind in Gen.Elements(Enum.GetValues<EntryKind>())
        from name in Text()
        from value in Text()
        select new SnapshotEntry(kind, name, value);

    private static readonly Arbitrary<SnapshotEntry[]> Entries = Entry.ArrayOf().ToArbitrary();

    [Fact]
    public void The_empty_snapshot_has_the_hash_it_always_had() =>
        HashOf().ShouldBe("69791a00a2feb7678bb48681c31806bf52e2f6b13c1197473ff1501d1179024d");

    [Fact]
    public void A_snapshot_has_the_hash_it_always_had() =>
        HashOf(
            new(EntryKind.Sdk, "", "10.0.400"),
            new(EntryKind.Package, "Alpha", "1.2.0 sha512:AA+/=="),
            new(EntryKind.File, "dir/ä.dll", "00"),
            new(EntryKind.Variable, "LANG", "unset")).ShouldBe("41c47b5edd9f9ddb295bd097a1622f75bd6ccea39960b60c101d882a55cf5529");

    [Fact]
    public void The_hash_is_that_of_the_frames_that_its_documentation_describes()
    {
        var frames = "6:format 11:environment 1:1\n4:file 10:dir/ä.dll 2:00\n3:sdk 0: 8:10.0.400\n"u8;

        HashOf(new(EntryKind.Sdk, "", "10.0.400"), new(EntryKind.File, "dir/ä.dll", "00"))
            .ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(frames)));
    }

    [Fact]
    public void Every_entry_is_explained_by_a_digest_of_its_own()
    {
        var hash = EnvironmentHash.Of(new Snapshot([new(EntryKind.Sdk, "", "10.0.400"), new(EntryKind.File, "a", "00")]));

        hash.Explain.Select(line => line.Entry.ToString()).ShouldBe(["file a 00", "SDK 10.0.400"]);
        hash.Explain[1].Digest.ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("3:sdk 0: 8:10.0.400\n"u8)));
    }

    [Fact]
    public void The_order_of_the_list_does_not_matter() =>
        Prop.ForAll(Entries, entries =>
            Prop.ForAll(Gen.Shuffle(entries).ToArbitrary(), shuffled => HashOf(shuffled) == HashOf(entries))).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_change_of_a_kind_a_name_or_a_value_changes_the_hash() =>
        Prop.ForAll(Entries, Entry.ToArbitrary(), (entries, other) =>
        {
            var changes = entries.SelectMany((entry, i) => new[]
            {
                With(entries, i, entry with { Kind = other.Kind }),
                With(entries, i, entry with { Name = other.Name }),
                With(entries, i, entry with { Value = other.Value }),
            }).Append([.. entries, other]);
            return changes.All(changed => (HashOf(changed) == HashOf(entries)) == changed.ToHashSet().SetEquals(entries));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Sources_and_notes_are_told_and_not_hashed() =>
        Prop.ForAll(Entries, entries =>
            HashOf([.. entries.Select((entry, i) => entry with { Source = $"source {i}", Note = $"note {i}" })]) == HashOf(entries)).QuickCheckThrowOnFailure();

    // Texts that any of the inputs can hold: files and variables are read as UTF-8, which has no lone surrogates.
    private static Gen<string> Text() =>
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get).Where(text => text.All(c => !char.IsSurrogate(c)));

    private static SnapshotEntry[] With(SnapshotEntry[] entries, int index, SnapshotEntry entry)
    {
        var copy = entries.ToArray();
        copy[index] = entry;
        return copy;
    }

    private static string HashOf(params SnapshotEntry[] entries) => EnvironmentHash.Of(new Snapshot(entries)).Value;
}
