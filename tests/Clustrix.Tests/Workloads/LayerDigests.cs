using Clustrix.Workloads;
using FsCheck;
using FsCheck.Fluent;

namespace Clustrix.Tests.Workloads;

public sealed class LayerDigests
{
    private static readonly string Zeros = new('0', 64);

    [Fact]
    public void The_format_of_a_layer_and_of_a_root_stays_as_it_is()
    {
        var layer = new Layer(
            "any",
            [
                new LayerFile("bin/run", FileKind.File, true, 3, Zeros, null, "/somewhere/run"),
                new LayerFile("bin/ü", FileKind.SymbolicLink, false, 0, "", "run", null),
                new LayerFile("empty", FileKind.Directory, false, 0, "", null, null),
            ]);

        layer.Digest.ShouldBe("45f12d2a29df9a3a11c13e313a96aa7301b834f7b1f8d5820b2cccacffefcf88");
        new Payload([layer]).Root.ShouldBe("8af281fcfb7ab005e463aab0697a916f934f682d4986bb84c9b7452a91f43de8");
    }

    [Fact]
    public void The_order_of_files_and_their_place_on_this_machine_do_not_matter() =>
        Prop.ForAll(Files().ToArbitrary(), files =>
            new Layer("a", files).Digest == new Layer("b", files.Reverse().Select(file => file with { Source = "/elsewhere" })).Digest)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Any_single_change_of_a_file_matters() =>
        Prop.ForAll(Files().ToArbitrary(), Gen.Choose(0, 1000).ToArbitrary(), (files, choice) =>
        {
            var index = choice % files.Length;
            var digest = new Layer("l", files).Digest;
            return Changes(files[index]).All(changed =>
                new Layer("l", files.Select((file, i) => i == index ? changed : file)).Digest != digest);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_file_more_or_less_matters() =>
        Prop.ForAll(Files().ToArbitrary(), files => new Layer("l", files).Digest != new Layer("l", files[1..]).Digest).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_layers_matters()
    {
        var one = new Layer("one", [new LayerFile("a", FileKind.File, false, 0, Zeros, null, null)]);
        var two = new Layer("two", [new LayerFile("b", FileKind.File, false, 0, Zeros, null, null)]);

        new Payload([one, two]).Root.ShouldNotBe(new Payload([two, one]).Root);
    }

    [Fact]
    public async Task The_checkout_path_the_times_and_the_order_of_sources_do_not_matter()
    {
        using var here = PayloadTree.Sample();
        using var there = PayloadTree.Sample();
        foreach (var file in Directory.EnumerateFiles(there.Root, "*.txt", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }

        var first = await PayloadTree.BuildAsync(new PayloadSource("l", here["app"], "app"), new PayloadSource("l", here["other.txt"], ""));
        var second = await PayloadTree.BuildAsync(new PayloadSource("l", there["other.txt"], ""), new PayloadSource("l", there["app"], "app"));

        second.Root.ShouldBe(first.Root);
    }

    [Theory]
    [InlineData("printf dato >app/data.txt")]
    [InlineData("printf data2 >app/data.txt")]
    [InlineData("chmod u+x app/data.txt")]
    [InlineData("chmod u-x app/run.sh")]
    [InlineData("ln -sf run.sh app/link")]
    [InlineData("rm app/link; printf data.txt >app/link")]
    [InlineData("mv other.txt another.txt")]
    [InlineData("rm other.txt")]
    [InlineData("rmdir app/empty/inner")]
    [InlineData("mkdir more")]
    [InlineData(": >app/empty/inner/file")]
    public async Task Any_single_change_of_a_tree_matters(string change)
    {
        using var tree = PayloadTree.Sample();
        var before = (await PayloadTree.LayerAsync(tree.Root)).Digest;

        await Shell.RunAsync(tree, change);

        (await PayloadTree.LayerAsync(tree.Root)).Digest.ShouldNotBe(before);
    }

    [Fact]
    public async Task Other_mode_bits_than_the_owner_s_execution_do_not_matter()
    {
        using var tree = PayloadTree.Sample();
        var before = (await PayloadTree.LayerAsync(tree.Root)).Digest;

        await Shell.RunAsync(tree, "chmod g+w,o-r app/data.txt; chmod 700 app app/run.sh");

        (await PayloadTree.LayerAsync(tree.Root)).Digest.ShouldBe(before);
    }

    // Few letters, so that paths and contents are often close to each other.
    private static Gen<LayerFile[]> Files() =>
        from files in FileOfAnyKind().NonEmptyListOf()
        select files.DistinctBy(file => file.Path).ToArray();

    private static Gen<LayerFile> FileOfAnyKind() =>
        from path in Gen.Elements("a", "b", "/", "ü", " ", ":", "\n", "1").NonEmptyListOf().Select(string.Concat)
        from kind in Gen.Elements(FileKind.File, FileKind.Directory, FileKind.SymbolicLink)
        from executable in Gen.Elements(true, false)
        from size in Gen.Choose(0, 20)
        from content in Gen.Elements("a", "b", "1:a", " ").NonEmptyListOf().Select(string.Concat)
        select new LayerFile(path, kind, executable, size, kind == FileKind.File ? content : "", kind == FileKind.SymbolicLink ? content : null, null);

    private static IEnumerable<LayerFile> Changes(LayerFile file) =>
    [
        file with { Path = file.Path + "~" },
        file with { Executable = !file.Executable },
        file with { Size = file.Size + 1 },
        file with { Kind = file.Kind == FileKind.File ? FileKind.Directory : FileKind.File },
        file.LinkTarget is null ? file with { Digest = file.Digest + "~" } : file with { LinkTarget = file.LinkTarget + "~" },
    ];
}
