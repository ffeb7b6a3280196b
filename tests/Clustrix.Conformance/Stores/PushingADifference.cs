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
