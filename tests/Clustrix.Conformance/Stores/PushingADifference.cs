using Clustrix.Diagnostics;
using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

/// <summary>Pushes by a client that remembers what it has pushed before.</summary>
public sealed class PushingADifference
{
    private const int FilesInCommon = 30;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_came_went_or_changed_the_tree_is_the_payload_s(string kind)
    {
        using var node = new Node(kind);
        Payload[] payloads =
        [
            Payload(node,
                node.TextFile("changed", "1"), node.TextFile("mode", "m"), node.TextFile("file or directory", "f"), node.TextFile("dir/below/only", "o"),
                node.TextFile("blank", ""), node.TextFile("filled", ""), node.TextFile("emptied", "e"), node.TextFile("it's $HOME `x`\n\"*", "quoted"),
                Link("link", "changed"), Link("link or directory", "dir"), Directory("empty"), Directory("filled later")),
            Payload(node,
                node.TextFile("changed", "2"), node.TextFile("mode", "m", executable: true), node.TextFile("file or directory/x/y", "f"), node.TextFile("dir/else", "e"),
                node.TextFile("blank", ""), node.TextFile("filled", "f"), node.TextFile("emptied", ""), node.TextFile("-rf new", "n"),
                Link("link", "mode"), node.TextFile("link or directory/z", "z"), node.TextFile("filled later/x", "x")),
            Payload(node,
                node.TextFile("changed", "1"), node.TextFile("mode", "m"), Link("file or directory", "changed"), node.TextFile("dir", "a file now"),
                Directory("filled later"), Directory("empty/deep")),
        ];
        foreach (var payload in (Payload[])[.. payloads, payloads[1], payloads[0]])
        {
            var push = await PushAsync(node, payload);

            Tree.Of(push.Workspace).ShouldBe(Expected(payload));
            node.Store.ShouldBeSound();
        }

        (await PushAsync(node, payloads[2])).WasThere.ShouldBeTrue();
        foreach (var payload in payloads)
        {
            (await node.PushAsync(payload, Verification.All)).WasThere.ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Only_what_is_new_is_asked_for_and_sent(string kind)
    {
        using var node = new Node(kind);
        await PushAsync(node, Payload(node, node.TextFile("edited", "before")));

        var few = await PushAsync(node, Payload(node, node.TextFile("edited", "after")));
        var many = await PushAsync(node, Payload(node, [.. Enumerable.Range(0, FilesInCommon).Select(number => node.TextFile($"{number}/new", $"new {number}"))]));
        var known = await PushAsync(node, Payload(node, node.TextFile("edited", "before"), node.TextFile("more", "after")));

        (few.FilesSent, few.Requests).ShouldBe((1, 2));
        (many.FilesSent, many.Requests).ShouldBe((FilesInCommon, 2));
        (known.FilesSent, known.Requests).ShouldBe((0, 2));
        node.Store.ShouldBeSound();
    }

    /// <summary>More than a host checks with one process.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_large_difference_is_checked_while_it_arrives(string kind)
    {
        using var node = new Node(kind);
        await PushAsync(node, Payload(node, node.TextFile("edited", "1")));
        var large = Payload(node, node.TextFile("edited", "2"), node.TextFile("large", string.Concat(Enumerable.Range(0, 800_000).Select(number => $"{number}\n"))));

        var push = await PushAsync(node, large);

        (push.FilesSent, push.Requests).ShouldBe((2, 2));
        Tree.Of(push.Workspace).ShouldBe(Expected(large));
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Empty_files_are_each_workspace_s_own()
    {
        using var node = new Node();
        var first = await PushAsync(node, Payload(node, node.TextFile("blank", ""), node.TextFile("edited", "1")));
        var second = await PushAsync(node, Payload(node, node.TextFile("blank", ""), node.TextFile("edited", "2")));

        Tree.InodeOf(first.Workspace + "/blank").ShouldNotBe(Tree.InodeOf(second.Workspace + "/blank"));
        Tree.InodeOf(first.Workspace + "/common/0/0").ShouldBe(Tree.InodeOf(second.Workspace + "/common/0/0"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_base_that_is_gone_isn_t_needed(string kind)
    {
        using var node = new Node(kind);
        await PushAsync(node, Payload(node, node.TextFile("edited", "1")));
        await node.CleanAsync();
        var payload = Payload(node, node.TextFile("edited", "2"));

        var push = await PushAsync(node, payload);

        push.FilesSent.ShouldBe(FilesInCommon + 1);
        Tree.Of(push.Workspace).ShouldBe(Expected(payload));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_base_that_was_written_to_is_not_handed_on(string kind)
    {
        using var node = new Node(kind);
        var common = node.TextFile("common/0/0", "common 0");
        await PushAsync(node, Payload(node, node.TextFile("edited", "1")));
        var blob = node.Store.BlobOf(common);
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.AppendAllText(blob, "more");
        File.SetUnixFileMode(blob, (UnixFileMode)0b100_100_100);
        var payload = Payload(node, node.TextFile("edited", "2"));

        var push = await PushAsync(node, payload);

        push.Quarantined.Count.ShouldBe(1);
        Tree.Of(push.Workspace).ShouldBe(Expected(payload));
        node.Store.ShouldBeSound();
    }

    [Theory]
    [InlineData("touch common/0/added")]
    [InlineData("rm -f common/0/0")]
    [InlineData("echo more >blank")]
    public async Task A_base_in_which_something_came_or_went_is_not_handed_on(string change)
    {
        using var node = new Node();
        var first = await PushAsync(node, Payload(node, node.TextFile("edited", "1"), node.TextFile("blank", "")));
        await Shell.RunAsync(first.Workspace, $"chmod -R u+w . && {change} && chmod -R a-w .");
        var payload = Payload(node, node.TextFile("edited", "2"), node.TextFile("blank", ""));

        var push = await PushAsync(node, payload);

        Tree.Of(push.Workspace).ShouldBe(Expected(payload));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_blob_that_is_collected_under_the_push_is_sent(string kind)
    {
        using var node = new Node(kind);
        await node.PushAsync(Node.PayloadOf(node.TextFile("elsewhere", "known")));
        await node.PushRememberedAsync(Payload(node), host: new MarkedHost(node.Host, "never", () => Task.CompletedTask));
        var payload = Payload(node, node.TextFile("new", "known"));

        var push = await node.PushRememberedAsync(payload, host: new MarkedHost(node.Host, "difference ", () => node.CleanAsync()));

        Tree.Of(push.Workspace).ShouldBe(Expected(payload));
        node.Log.Details.ShouldHaveSingleItem().ShouldContain("asking again");
        node.Store.ShouldBeSound();
    }

    [Theory]
    [InlineData("dash", 40)]
    [InlineData("bash", 5)]
    [InlineData("busybox", 5)]
    [InlineData("dash+busybox tar", 5)]
    [InlineData("ksh", 5)]
    public async Task Wherever_the_connection_ends_the_next_push_mends_it(string kind, int points)
    {
        using var node = new Node(kind);
        await node.PushRememberedAsync(Payload(node, node.TextFile("edited", "first")), host: new CutHost(node.Host, long.MaxValue));
        long length;
        await using (var session = await node.OpenAsync(new CutHost(node.Host, long.MaxValue)))
        {
            await new Store(session, node.Log) { Pushed = PushedPayloads.In(node.Directory["cache"], node.StoreRoot) }.PushAsync(Payload(node, node.TextFile("edited", "X")), Verification.Changed, node.Token);
            session.Requests.ShouldBe(3);
            length = session.BytesSent;
        }

        for (var point = 0; point < points; point++)
        {
            var payload = Payload(node, node.TextFile("edited", $"{point}"));
            (await Should.ThrowAsync<ClustrixException>(() => node.PushRememberedAsync(payload, host: new CutHost(node.Host, length * point / points)))).Code.ShouldBe(ErrorCode.ConnectionLost);
            node.Store.ShouldBeSound();

            Tree.Of((await PushAsync(node, payload)).Workspace).ShouldBe(Expected(payload));
        }

        node.Store.ShouldBeSound();
        node.Store.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_remembered_and_is_damaged_is_forgotten()
    {
        using var node = new Node();
        await PushAsync(node, Payload(node, node.TextFile("edited", "1")));
        var remembered = System.IO.Directory.EnumerateFiles(node.Directory["cache/pushed"]).ShouldHaveSingleItem();
        File.WriteAllText(remembered, File.ReadAllText(remembered).Replace("common/0/0", "common/0/9", StringComparison.Ordinal));
        var payload = Payload(node, node.TextFile("edited", "2"));

        var push = await PushAsync(node, payload);

        push.Requests.ShouldBe(3);
        Tree.Of(push.Workspace).ShouldBe(Expected(payload));
    }

    private static Task<PushResult> PushAsync(Node node, Payload payload) => node.PushRememberedAsync(payload);

    private static Payload Payload(Node node, params LayerFile[] files) =>
        Node.PayloadOf([.. Enumerable.Range(0, FilesInCommon).Select(number => node.TextFile($"common/{number % 3}/{number}", $"common {number}")), .. files]);

    private static LayerFile Link(string path, string target) => new(path, FileKind.SymbolicLink, false, 0, "", target, null);

    private static LayerFile Directory(string path) => new(path, FileKind.Directory, false, 0, "", null, null);

    private static SortedDictionary<string, string> Expected(Payload payload)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in payload.Files)
        {
            for (var above = Path.GetDirectoryName(file.Path)!; above.Length > 0; above = Path.GetDirectoryName(above)!)
            {
                tree[above] = "directory";
            }

            tree[file.Path] = file.Kind switch
            {
                FileKind.Directory => "directory",
                FileKind.SymbolicLink => $"link to {file.LinkTarget}",
                _ => $"{(file.Executable ? "program" : "file")} {file.Digest}",
            };
        }

        return tree;
    }
}
