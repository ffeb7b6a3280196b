using System.Security.Cryptography;
using Clustrix.Node;

namespace Clustrix.Tests.Nodes;

public sealed class PiecesOfAStream
{
    private const int Megabyte = 1 << 20;
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes((75 * Megabyte) + 7);

    [Fact]
    public async Task What_comes_for_certain_isn_t_gathered_first()
    {
        var (pieces, content) = await SendAsync(choice: null, promised: Content.Length - 5);

        pieces.ShouldBe([64L * Megabyte, 11 * Megabyte, 7]);
        content.AsSpan().SequenceEqual(Content).ShouldBeTrue();
    }

    [Fact]
    public async Task What_may_not_come_is_gathered()
    {
        var (pieces, content) = await SendAsync(choice: null, promised: 0);

        pieces.ShouldBe([.. Enumerable.Repeat(4L * Megabyte, 18), (3 * Megabyte) + 7]);
        content.AsSpan().SequenceEqual(Content).ShouldBeTrue();
    }

    [Fact]
    public async Task A_host_that_is_near_gets_the_first_megabytes_as_they_are()
    {
        var (pieces, content) = await SendAsync(new CompressionChoice(isNear: true), promised: Content.Length);

        pieces[0].ShouldBe(8 * Megabyte);
        content.AsSpan().SequenceEqual(Content).ShouldBeTrue();
    }

    // An array of a pool has room for as many bytes as the next power of two says.
    [Theory]
    [InlineData(252_000)]
    [InlineData(1_010_000)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) - 1)]
    [InlineData(2_000_000)]
    [InlineData(2_060_000)]
    [InlineData(4 << 20)]
    public async Task What_gzip_makes_larger_goes_as_it_is(int length)
    {
        var (pieces, content) = await SendAsync(new CompressionChoice(isNear: false), promised: 0, length);

        pieces.ShouldBe([length]);
        content.AsSpan().SequenceEqual(Content.AsSpan(0, length)).ShouldBeTrue();
    }

    [Fact]
    public async Task Any_other_host_gets_pieces_to_begin_with()
    {
        var (pieces, _) = await SendAsync(new CompressionChoice(isNear: false), promised: Content.Length);

        pieces[0].ShouldBe(4 * Megabyte);
    }

    private static async Task<(List<long> Pieces, byte[] Content)> SendAsync(CompressionChoice? choice, long promised, int? length = null)
    {
        var pieces = new List<long>();
        using var content = new MemoryStream();
        using var queue = new PieceQueue(choice);
        var sending = Task.Run(() => queue.SendAll((announced, bytes, isCompressed) =>
        {
            isCompressed.ShouldBeFalse("random bytes don't become fewer");
            if (announced > 0)
            {
                pieces.Add(announced);
            }

            content.Write(bytes.Span);
        }));
        using (var stream = new PieceStream(queue))
        {
            stream.Promise(promised);
            stream.Write(Content.AsSpan(0, length ?? Content.Length));
            stream.Complete();
        }

        queue.Complete();
        await sending;
        return (pieces, content.ToArray());
    }
}
