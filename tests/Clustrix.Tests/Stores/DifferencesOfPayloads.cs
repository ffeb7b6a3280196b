using Clustrix.Stores;
using Clustrix.Workloads;

namespace Clustrix.Tests.Stores;

public sealed class DifferencesOfPayloads
{
    // Few names, so that one is a file here and a directory there.
    private static readonly string[] Names = ["a", "b", "a-", "c d"];

    [Fact]
    public void Make_any_tree_out_of_any_other()
    {
        var dice = new Dice();
        for (var round = 0; round < 2000; round++)
        {
            var (before, after) = (AnyPayload(dice), AnyPayload(dice));

            var difference = Difference.Between(PayloadListing.Of(before), after);

            Apply(difference, TreeOf(before)).ShouldBe(TreeOf(after), $"round {round}");
            BlobsOf(before).Except(difference.GoneBlobs).Union(difference.NewBlobs).Order(StringComparer.Ordinal).ShouldBe(BlobsOf(after).Order(StringComparer.Ordinal));
            difference.NewBlobs.Intersect(BlobsOf(before)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Of_the_same_payload_is_nothing_but_the_empty_files()
    {
        var payload = Payload(File("x/file", "1"), File("x/blank", ""), new LayerFile("link", FileKind.SymbolicLink, false, 0, "", "x", null));

        var difference = Difference.Between(PayloadListing.Of(payload), payload);

        difference.Removed.ShouldBe(["x/blank"]);
        difference.Added.Select(file => file.Path).ShouldBe(["x/blank"]);
        difference.Opened.ShouldBe(["x"]);
        difference.NewBlobs.ShouldBeEmpty();
        difference.GoneBlobs.ShouldBeEmpty();
    }

    // As the node does it: what isn't opened can't be changed, what is there can't be made.
    private static SortedDictionary<string, string> Apply(Difference difference, SortedDictionary<string, string> tree)
    {
        foreach (var path in difference.Removed)
        {
            tree.Keys.ShouldContain(path);
            foreach (var below in tree.Keys.Where(other => other == path || other.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
            {
                Opened(difference, below);
                tree.Remove(below);
            }
        }

        foreach (var (path, content) in TreeOf(new Payload([new Layer("added", difference.Added)])))
        {
            if (content == "directory" && tree.GetValueOrDefault(path) == "directory")
            {
                continue;
            }

            tree.Keys.ShouldNotContain(path);
            tree.Add(path, content);
        }

        return tree;
    }

    private static void Opened(Difference difference, string path)
    {
        if (path.Contains('/', StringComparison.Ordinal))
        {
            difference.Opened.ShouldContain(path[..path.LastIndexOf('/')]);
        }
    }

    private static SortedDictionary<string, string> TreeOf(Payload payload)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in payload.Files)
        {
            for (var above = Path.GetDirectoryName(file.Path)!; above.Length > 0; above = Path.GetDirectoryName(above)!)
            {
                tree[above] = "directory";
            }

            tree[file.Path] = file.Kind == FileKind.Directory ? "directory" : file.LinkTarget ?? file.BlobName;
        }

        return tree;
    }

    private static IEnumerable<string> BlobsOf(Payload payload) => new PayloadBlobs(payload).Paths;

    private static Payload AnyPayload(Dice dice)
    {
        var files = new Dictionary<string, LayerFile>();
        for (var count = dice.Next(8); count > 0; count--)
        {
            var path = string.Join('/', Enumerable.Range(0, 1 + dice.Next(3)).Select(_ => Names[dice.Next(Names.Length)]));
            if (!files.Keys.Any(other => other == path || other.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(other + "/", StringComparison.Ordinal)))
            {
                files.Add(path, dice.Next(5) switch
                {
                    0 => new LayerFile(path, FileKind.Directory, false, 0, "", null, null),
                    1 => new LayerFile(path, FileKind.SymbolicLink, false, 0, "", $"{dice.Next(2)}", null),
                    2 => File(path, ""),
                    _ => File(path, $"{dice.Next(3)}") with { Executable = dice.Next(2) == 0 },
                });
            }
        }

        return Payload([.. files.Values]);
    }

    private static Payload Payload(params LayerFile[] files) => new([new Layer("test", files)]);

    private static LayerFile File(string path, string content) => new(
        path, FileKind.File, false, content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))), null, "/" + path);

    // The same numbers in every run.
    private sealed class Dice
    {
        private ulong _state = 4;

        internal int Next(int below)
        {
            _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
            return (int)((_state >> 33) % (ulong)below);
        }
    }
}
