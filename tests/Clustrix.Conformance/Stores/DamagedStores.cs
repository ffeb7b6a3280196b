using Clustrix.Diagnostics;
using Clustrix.Stores;

namespace Clustrix.Conformance;

public sealed class DamagedStores
{
    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_blob_that_was_written_to_is_quarantined_and_sent_again(string kind)
    {
        using var node = new Node(kind);
        var file = node.TextFile("file", "as it was published");
        var payload = Node.PayloadOf(file, node.TextFile("other", "untouched"));
        await node.PushAsync(payload);
        Flip(node.Store.BlobOf(file), keepTime: false);

        var push = await node.PushAsync(payload);

        push.Quarantined.ShouldHaveSingleItem().Replace("/", "", StringComparison.Ordinal).ShouldBe(file.BlobName);
        push.FilesSent.ShouldBe(1);
        File.ReadAllText(push.Workspace + "/file").ShouldBe("as it was published");
        var warning = node.Log.Warnings.ShouldHaveSingleItem();
        (warning.Code, warning.Severity).ShouldBe((ErrorCode.BlobQuarantined, Severity.Warning));
        node.Store.ShouldBeSound();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_flipped_bit_that_moved_no_time_is_found_when_everything_is_verified(string kind)
    {
        using var node = new Node(kind);
        var file = node.TextFile("file", "as it was published");
        var payload = Node.PayloadOf(file);
        await node.PushAsync(payload);
        Flip(node.Store.BlobOf(file), keepTime: true);

        (await node.PushAsync(payload)).WasThere.ShouldBeTrue();
        var push = await node.PushAsync(payload, Verification.All);

        push.Quarantined.Count.ShouldBe(1);
        File.ReadAllText(push.Workspace + "/file").ShouldBe("as it was published");
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Every_workspace_with_a_bad_blob_goes_out_of_use()
    {
        using var node = new Node();
        var file = node.TextFile("shared", "shared");
        var one = Node.PayloadOf(file);
        var other = Node.PayloadOf(file, node.TextFile("more", "more"));
        await node.PushAsync(one);
        await node.PushAsync(other);
        Flip(node.Store.BlobOf(file), keepTime: true);

        await node.PushAsync(one, Verification.All);
        var push = await node.PushAsync(other);

        File.ReadAllText(push.Workspace + "/shared").ShouldBe("shared");
        push.FilesSent.ShouldBe(0);
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task A_session_can_push_again_what_was_damaged_since()
    {
        using var node = new Node();
        var file = node.TextFile("file", "content");
        var payload = Node.PayloadOf(file);
        await using var cluster = await node.ConnectAsync();
        var first = await cluster.PushAsync(payload, Verification.Changed, node.Token);
        Flip(node.Store.BlobOf(file), keepTime: false);

        var second = await cluster.PushAsync(payload, Verification.Changed, node.Token);

        second.Workspace.ShouldNotBe(first.Workspace);
        Directory.GetFileSystemEntries(second.Workspace).ShouldBe([second.Workspace + "/file"]);
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task A_workspace_of_another_boot_is_verified_in_full()
    {
        using var node = new Node();
        var file = node.TextFile("file", "as it was published");
        var payload = Node.PayloadOf(file);
        var first = await node.PushAsync(payload);
        var ready = Directory.GetFiles(node.StoreRoot + "/ws", "*.ready").ShouldHaveSingleItem();
        File.WriteAllText(ready, $"{Path.GetFileName(first.Workspace)} another-boot\n");
        Flip(node.Store.BlobOf(file), keepTime: true);

        var push = await node.PushAsync(payload);

        push.Quarantined.Count.ShouldBe(1);
        node.Store.ShouldBeSound();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_written_to_and_holds_the_same_is_good_again(string kind)
    {
        using var node = new Node(kind);
        var file = node.TextFile("file", "content");
        var payload = Node.PayloadOf(file);
        var first = await node.PushAsync(payload);
        File.SetLastWriteTimeUtc(node.Store.BlobOf(file), DateTime.UtcNow);

        var push = await node.PushAsync(payload);

        push.WasThere.ShouldBeTrue();
        push.Workspace.ShouldBe(first.Workspace);
        File.GetLastWriteTimeUtc(node.Store.BlobOf(file)).Year.ShouldBe(1980);
    }

    [Theory]
    [InlineData("touch added")]
    [InlineData("rm -f one/file")]
    [InlineData("rmdir empty")]
    [InlineData("echo more > blank")]
    public async Task A_workspace_in_which_something_came_or_went_is_made_anew(string change)
    {
        using var node = new Node();
        var payload = Node.PayloadOf(
            node.TextFile("one/file", "content"),
            node.TextFile("blank", ""),
            new Workloads.LayerFile("empty", Workloads.FileKind.Directory, false, 0, "", null, null));
        var first = await node.PushAsync(payload);
        await Shell.RunAsync(first.Workspace, $"chmod -R u+w . && {change} && chmod -R a-w .");

        var push = await node.PushAsync(payload);

        push.Workspace.ShouldNotBe(first.Workspace);
        push.FilesSent.ShouldBe(0);
        Tree.Of(push.Workspace).Keys.ShouldBe(["blank", "empty", "one", "one/file"]);
        new FileInfo(push.Workspace + "/blank").Length.ShouldBe(0);
    }

    [Fact]
    public async Task The_time_zone_of_the_node_doesn_t_make_anything_look_changed()
    {
        using var node = new Node();
        node.Host = node.Toolbox.Host(("TZ", "JST-9"));
        var file = node.TextFile("file", "content");

        var push = await node.PushAsync(Node.PayloadOf(file));

        var epoch = File.GetLastWriteTimeUtc(node.StoreRoot + "/epoch");
        File.GetLastWriteTimeUtc(push.Workspace + "/file").ShouldBe(epoch);
        Directory.GetLastWriteTimeUtc(push.Workspace).ShouldBe(epoch);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_blob_that_is_collected_between_question_and_link_is_asked_for_again(string kind)
    {
        using var node = new Node(kind);
        var file = node.TextFile("file", "content");
        await node.PushAsync(Node.PayloadOf(file));
        var host = new MarkedHost(node.Host, "workspace ", () => node.CleanAsync());

        var push = await node.PushAsync(Node.PayloadOf(file, node.TextFile("new", "new")), host: host);

        Tree.Of(push.Workspace).Keys.ShouldBe(["file", "new"]);
        node.Log.Details.ShouldHaveSingleItem().ShouldContain("asking again");
        node.Store.ShouldBeSound();
    }

    [Theory]
    [InlineData("same length")]
    [InlineData("quite another length")]
    [InlineData("")]
    public async Task A_source_that_changes_between_hashing_and_sending_is_named(string content)
    {
        using var node = new Node();
        var file = node.TextFile("file", "SAME LENGTH");
        var payload = Node.PayloadOf(file, node.TextFile("other", "other"));
        File.WriteAllText(file.Source!, content);

        var problem = (await Should.ThrowAsync<ClustrixException>(() => node.PushAsync(payload))).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(ErrorCode.TransferCorrupt);
        problem.Message.ShouldContain(file.Source!);
        node.Store.Workspaces.ShouldBeEmpty();
        node.Store.ShouldBeSound();
    }

    private static void Flip(string path, bool keepTime)
    {
        var time = keepTime ? File.GetLastWriteTimeUtc(path) : DateTime.UtcNow;
        var mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, mode | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, mode);
        File.SetLastWriteTimeUtc(path, time);
    }
}
