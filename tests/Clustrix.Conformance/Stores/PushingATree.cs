using Clustrix.Stores;
using Clustrix.Testing;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class PushingATree
{
    private const UnixFileMode Program = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Everything_that_a_payload_keeps_arrives_as_it_is(string kind)
    {
        using var node = new Node(kind);
        using var source = OddTree();

        var push = await node.PushAsync(await BuildAsync(source));

        Tree.Of(push.Workspace).ShouldBe(Tree.Of(source.Root));
        node.Store.ShouldBeSound();
        node.Store.Workspaces.ShouldBe([push.Workspace]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_second_push_is_one_request_of_a_few_bytes(string kind)
    {
        using var node = new Node(kind);
        using var source = OddTree();
        var payload = await BuildAsync(source);
        var first = await node.PushAsync(payload);

        await using var session = await node.OpenAsync();
        var second = await new Store(session, node.Log).PushAsync(payload, Verification.Changed, node.Token);

        second.WasThere.ShouldBeTrue();
        second.Workspace.ShouldBe(first.Workspace);
        second.Requests.ShouldBe(1);
        (session.BytesSent + session.BytesReceived).ShouldBeLessThan(5000);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_changed_file_travels_alone_and_workspaces_share_the_rest(string kind)
    {
        using var node = new Node(kind);
        var kept = node.TextFile("kept", "kept");
        var first = await node.PushAsync(Node.PayloadOf(kept, node.TextFile("changed", "before")));

        var second = await node.PushAsync(Node.PayloadOf(kept, node.TextFile("changed", "after")));

        (second.FilesSent, second.FilesReused, second.ContentBytesSent).ShouldBe((1, 1, "after".Length));
        second.Workspace.ShouldNotBe(first.Workspace);
        Tree.InodeOf(second.Workspace + "/kept").ShouldBe(Tree.InodeOf(first.Workspace + "/kept"));
        File.ReadAllText(first.Workspace + "/changed").ShouldBe("before");
        node.Store.ShouldBeSound();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_compressed_way_gives_the_same(string kind)
    {
        using var node = new Node(kind);
        using var source = OddTree();

        var push = await node.PushAsync(await BuildAsync(source), host: new SlowHost(node.Host));

        Tree.Of(push.Workspace).ShouldBe(Tree.Of(source.Root));
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Files_of_one_content_and_mode_travel_once()
    {
        using var node = new Node();

        var push = await node.PushAsync(Node.PayloadOf(node.TextFile("a", "same"), node.TextFile("b", "same"), node.TextFile("c", "same", executable: true)));

        (push.FilesSent, push.FilesReused).ShouldBe((2, 1));
        node.Store.Blobs.Count.ShouldBe(2);
        Tree.InodeOf(push.Workspace + "/a").ShouldBe(Tree.InodeOf(push.Workspace + "/b"));
    }

    [Fact]
    public async Task An_empty_payload_is_a_workspace_too()
    {
        using var node = new Node();

        var push = await node.PushAsync(Node.PayloadOf());

        Tree.Of(push.Workspace).ShouldBeEmpty();
    }

    private static Task<Payload> BuildAsync(TempDirectory source) =>
        new PayloadBuilder(null, TimeProvider.System).BuildAsync([new PayloadSource("tree", source.Root, "")], CancellationToken.None);

    private static TempDirectory OddTree()
    {
        var tree = new TempDirectory();
        string[] names =
        [
            "plain", "with a blank", " leading and trailing ", "quote's", "double\"quote", "new\nline", "back\\slash", "\\", "-rf", "--help", "*", "?", "[a]", "$HOME", "`id`", "!", "#", "~", "{}", "a\tb", "\u0001\u007f",
            "héllo", "日本語", "😀", ".hidden", "...", "trailing.", "%41", "a=b", "a:b", "@LongLink", new string('n', 255), new string('é', 127),
            string.Join('/', Enumerable.Repeat(new string('d', 49), 6)) + "/deep",
        ];
        foreach (var name in names)
        {
            tree.Write("files/" + name, "in " + name);
            tree.Write(Path.Combine("directories", name == new string('n', 255) ? "n" : name, "x"), name);
        }

        Directory.CreateDirectory(tree["empty/with a blank/new\nline"]);
        tree.Write("empty file", "");
        tree.Write("empty program", "");
        tree.Write("program", "#!/bin/sh\n");
        tree.Write("same program", "#!/bin/sh\n");
        tree.Write("no program", "#!/bin/sh\n");
        File.WriteAllBytes(tree["bytes"], [.. Enumerable.Range(0, 200_000).Select(i => (byte)(i * i >> 3))]);
        foreach (var program in new[] { "empty program", "program", "same program" })
        {
            File.SetUnixFileMode(tree[program], Program);
        }

        File.CreateSymbolicLink(tree["link"], "files/plain");
        File.CreateSymbolicLink(tree["files/link up"], "../files");
        File.CreateSymbolicLink(tree["files/dangling"], "no\nsuch thing");
        File.CreateSymbolicLink(tree["long link"], string.Join('/', Enumerable.Repeat(new string('t', 60), 3)));
        return tree;
    }
}
