using System.Security.Cryptography;
using Clustrix.Workloads;

namespace Clustrix.Conformance;

public sealed class CompressedPushes
{
    private const int Megabyte = 1 << 20;

    public static TheoryData<string> Kinds => Toolbox.Kinds;

    /// <summary>Pieces of both kinds follow each other in one stream.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_worth_it_is_compressed_and_the_rest_goes_as_it_is(string kind)
    {
        using var node = new Node(kind);
        var random = new byte[10 * Megabyte];
        RandomNumberGenerator.Fill(random);
        LayerFile[] files = [File(node, "random", random), File(node, "zeros", new byte[5 * Megabyte]), File(node, "more", random[..(5 * Megabyte)])];

        var push = await node.PushAsync(Node.PayloadOf(files), host: new SlowHost(node.Host));

        foreach (var file in files)
        {
            Tree.DigestOf(Path.Combine(push.Workspace, file.Path)).ShouldBe(file.Digest);
        }

        push.WireBytes.ShouldBeGreaterThan(15 * Megabyte);
        node.Store.ShouldBeSound();
    }

    [Fact]
    public async Task Text_is_compressed_from_the_first_byte()
    {
        using var node = new Node();

        var push = await node.PushAsync(node.Files("text", 3, lines: 100_000), host: new SlowHost(node.Host));

        push.WireBytes.ShouldBeLessThan(push.ContentBytesSent / 10);
    }

    [Fact]
    public async Task Where_compression_is_never_worth_it_nothing_is_compressed()
    {
        using var node = new Node();

        var push = await node.PushAsync(node.Files("text", 3, lines: 1000), host: new CutHost(node.Host, long.MaxValue));

        push.WireBytes.ShouldBeGreaterThan(push.ContentBytesSent);
    }

    private static LayerFile File(Node node, string path, byte[] content)
    {
        var source = node.Directory[path];
        System.IO.File.WriteAllBytes(source, content);
        return new LayerFile(path, FileKind.File, false, content.Length, Tree.DigestOf(source), null, source);
    }
}
