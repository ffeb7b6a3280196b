using Clustrix.Diagnostics;
using Clustrix.Runtimes;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Tests.Workloads;

public sealed class BuildingAPayload
{
    [Fact]
    public async Task Files_links_modes_and_empty_directories_are_kept()
    {
        using var tree = PayloadTree.Sample();

        var layer = await PayloadTree.LayerAsync(tree.Root);

        layer.Files.Select(file => $"{file.Path} {file.Kind} {file.Executable} {file.Size} {file.LinkTarget}").ShouldBe(
        [
            "app/data.txt File False 4 ",
            "app/empty/inner Directory False 0 ",
            "app/link SymbolicLink False 0 data.txt",
            "app/run.sh File True 10 ",
            "dirlink SymbolicLink False 0 app",
            "other.txt File False 5 ",
        ]);
        layer.Files[0].Digest.ShouldBe("3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7");
        layer.Files[0].Source.ShouldBe(tree["app/data.txt"]);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("quote's \"and\" `more`")]
    [InlineData("new\nline")]
    [InlineData("back\\slash")]
    [InlineData("tab\tand\u0001control")]
    [InlineData("Übergröße-日本語-😀")]
    [InlineData("-rf")]
    [InlineData("$(touch x);*?[a]")]
    [InlineData(".hidden")]
    [InlineData("end.")]
    public async Task Odd_names_are_kept(string name)
    {
        using var tree = new TempDirectory();
        tree.Write($"{name}/{name}", name);
        File.CreateSymbolicLink(tree["link"], name);

        var files = (await PayloadTree.LayerAsync(tree.Root)).Files;

        files.Select(file => file.Path).ShouldBe([$"{name}/{name}", "link"], ignoreOrder: true);
        files.Single(file => file.Path == "link").LinkTarget.ShouldBe(name);
        (await File.ReadAllTextAsync(files.Single(file => file.Path != "link").Source!)).ShouldBe(name);
    }

    [Fact]
    public async Task A_path_of_300_characters_is_kept()
    {
        using var tree = new TempDirectory();
        var path = $"{new string('a', 150)}/{new string('ü', 75)}/{new string('c', 73)}";
        path.Length.ShouldBe(300);
        tree.Write(path, "deep");

        (await PayloadTree.LayerAsync(tree.Root)).Files.ShouldHaveSingleItem().Path.ShouldBe(path);
    }

    [Fact]
    public async Task A_destination_is_where_a_directory_s_content_and_a_file_go()
    {
        using var tree = new TempDirectory();
        tree.Write("dir/a", "a");
        Directory.CreateDirectory(tree["hollow"]);
        var file = tree.Write("b", "b");

        var payload = await PayloadTree.BuildAsync(
            new PayloadSource("one", tree["dir"], "x/y/"),
            new PayloadSource("one", tree["hollow"], "x/hollow"),
            new PayloadSource("two", file, "x"),
            new PayloadSource("two", file, ""));

        payload.Files.Select(f => f.Path).ShouldBe(["b", "x/b", "x/hollow", "x/y/a"]);
        payload.Layers.Select(layer => layer.Name).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_directory_without_anything_makes_an_empty_layer_as_often_as_it_is_built()
    {
        using var tree = new TempDirectory();

        var first = await PayloadTree.BuildAsync(new PayloadSource("none", tree.Root, ""));
        var second = await PayloadTree.BuildAsync(new PayloadSource("none", tree.Root, ""));

        first.Files.ShouldBeEmpty();
        second.Root.ShouldBe(first.Root);
    }

    [Fact]
    public async Task A_path_that_is_a_link_itself_stands_for_what_it_points_at()
    {
        using var tree = new TempDirectory();
        tree.Write("real/a", "a");
        File.CreateSymbolicLink(tree["tree"], tree["real"]);
        File.CreateSymbolicLink(tree["file"], tree["real/a"]);

        var payload = await PayloadTree.BuildAsync(new PayloadSource("l", tree["tree"], "t"), new PayloadSource("l", tree["file"], ""));

        payload.Files.Select(file => (file.Path, file.Kind)).ShouldBe([("file", FileKind.File), ("t/a", FileKind.File)]);
    }

    [Fact]
    public async Task A_link_to_a_directory_is_never_entered_even_when_it_loops()
    {
        using var tree = new TempDirectory();
        tree.Write("a/file", "");
        File.CreateSymbolicLink(tree["a/up"], "..");
        File.CreateSymbolicLink(tree["loop"], "loop");

        (await PayloadTree.LayerAsync(tree.Root)).Files.Select(file => file.Path).ShouldBe(["a/file", "a/up", "loop"]);
    }

    [Fact]
    public async Task Excluded_files_and_directories_are_left_out()
    {
        using var tree = PayloadTree.Sample();
        tree.Write("obj/cache.bin", "");
        tree.Write("app/obj/x", "");

        (await PayloadTree.LayerAsync(tree.Root, "obj", "app/obj/**", "**/*.txt", "app/empty/")).Files
            .Select(file => file.Path).ShouldBe(["app/link", "app/run.sh", "dirlink"]);
    }

    [Fact]
    public async Task One_file_in_two_sources_at_one_destination_is_fine()
    {
        using var tree = new TempDirectory();
        tree.Write("a/lib.dll", "same");
        tree.Write("b/lib.dll", "same");

        var payload = await PayloadTree.BuildAsync(
            new PayloadSource("one", tree["a"], "lib"),
            new PayloadSource("one", tree["b"], "lib"),
            new PayloadSource("two", tree["b"], "lib"));

        payload.Files.ShouldHaveSingleItem();
        payload.Layers.ShouldAllBe(layer => layer.Files.Count == 1);
    }

    [Fact]
    public async Task One_directory_may_have_several_destinations()
    {
        using var tree = new TempDirectory();
        tree.Write("a", "a");

        (await PayloadTree.BuildAsync(new PayloadSource("l", tree.Root, "x"), new PayloadSource("l", tree.Root, "y")))
            .Files.Select(file => file.Path).ShouldBe(["x/a", "y/a"]);
    }

    [Fact]
    public async Task Two_different_files_of_one_name_are_kept_apart()
    {
        using var tree = new TempDirectory();
        tree.Write("a/data.zip", "one");
        tree.Write("b/data.zip", "two");
        tree.Write("c/data.zip", "two");
        File.SetUnixFileMode(tree["c/data.zip"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        (await PayloadTree.LayerAsync(tree.Root)).Files.Select(file => file.BlobName).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_is_written_beside_the_payload()
    {
        using var tree = PayloadTree.Sample();
        var before = Directory.EnumerateFileSystemEntries(tree.Root, "*", SearchOption.AllDirectories).Order().ToArray();

        await PayloadTree.LayerAsync(tree.Root);

        Directory.EnumerateFileSystemEntries(tree.Root, "*", SearchOption.AllDirectories).Order().ShouldBe(before);
    }

    [Fact]
    public async Task A_build_can_be_cancelled()
    {
        using var tree = PayloadTree.Sample();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            new PayloadBuilder(null, TimeProvider.System).BuildAsync([new PayloadSource("l", tree.Root, "")], cancelled.Token));
    }

    [Fact]
    public async Task A_relative_path_is_a_mistake_of_the_caller() =>
        await Should.ThrowAsync<ArgumentException>(PayloadTree.BuildAsync(new PayloadSource("l", "relative", "")));

    [Fact]
    public async Task The_runtime_of_this_machine_makes_a_layer()
    {
        var version = Environment.Version.ToString();
        var root = Path.GetFullPath(Path.Join(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

        var payload = await PayloadTree.BuildAsync([.. RuntimeLayer.Sources(root, [("Microsoft.NETCore.App", version)], "dotnet")]);

        payload.Layers.ShouldHaveSingleItem().Name.ShouldBe($"runtime {version}");
        payload.Files.Single(file => file.Path == "dotnet/dotnet").Executable.ShouldBeTrue();
        payload.Files.ShouldContain(file => file.Path == $"dotnet/host/fxr/{version}/libhostfxr.so" || file.Path == $"dotnet/host/fxr/{version}/libhostfxr.dylib");
        payload.Files.ShouldContain(file => file.Path == $"dotnet/shared/Microsoft.NETCore.App/{version}/System.Private.CoreLib.dll");
    }

    [Fact]
    public void A_runtime_that_is_not_there_is_told_part_by_part()
    {
        using var root = new TempDirectory();

        var problems = Should.Throw<ClustrixException>(() => RuntimeLayer.Sources(root.Root, [("Microsoft.NETCore.App", "1.2.3")], "dotnet")).Problems;

        problems.Count.ShouldBe(3);
        problems.ShouldAllBe(problem => problem.Code == ErrorCode.PayloadMissing && problem.Message.Contains("1.2.3"));
    }
}
