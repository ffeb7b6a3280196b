using System.IO.Compression;
using Clustrix.Node;

namespace Clustrix.Tests.Nodes;

public sealed class CompressionOfPieces
{
    private const int Piece = 4 << 20;

    private readonly CompressionChoice _choice = new(isNear: false);

    [Fact]
    public void Begins_before_anything_is_known()
    {
        _choice.Next(waiting: 0).ShouldBe(CompressionLevel.Fastest);
    }

    [Fact]
    public void Isn_t_fooled_by_buffers_that_take_the_first_bytes_at_once()
    {
        _choice.Compressed(Piece, CompressionLevel.Fastest, TimeSpan.FromMilliseconds(20));

        _choice.Sent(Piece, TimeSpan.FromMilliseconds(1));

        _choice.Next(waiting: 0).ShouldBe(CompressionLevel.Fastest);
    }

    [Theory]
    [InlineData(250e6, 200e6, 0, null)]
    [InlineData(250e6, 900e6, 3, null)]
    [InlineData(12.5e6, 200e6, 0, CompressionLevel.Fastest)]
    [InlineData(12.5e6, 200e6, 2, CompressionLevel.Optimal)]
    [InlineData(12.5e6, 20e6, 2, null)]
    public void Follows_the_link_and_the_machine(double linkSpeed, double compressionSpeed, int waiting, CompressionLevel? level)
    {
        _choice.Sent(Piece, TimeSpan.FromMilliseconds(1));
        _choice.Compressed(Piece, CompressionLevel.Fastest, TimeSpan.FromSeconds(Piece / compressionSpeed));
        _choice.Sent(Piece, TimeSpan.FromSeconds(Piece / linkSpeed));

        _choice.Next(waiting).ShouldBe(level);
    }

    [Fact]
    public void Tries_a_link_that_may_be_held_up_by_the_compressor_with_one_piece_as_it_is()
    {
        _choice.Sent(Piece, TimeSpan.FromMilliseconds(1));
        _choice.Compressed(Piece, CompressionLevel.Fastest, TimeSpan.FromSeconds(Piece / 90e6));
        _choice.Sent(Piece, TimeSpan.FromSeconds(Piece / 40e6));

        _choice.Next(waiting: 0).ShouldBeNull();
        _choice.Next(waiting: 0).ShouldBe(CompressionLevel.Fastest);
        _choice.Sent(Piece, TimeSpan.FromSeconds(Piece / 150e6));
        _choice.Next(waiting: 0).ShouldBeNull();
    }

    [Fact]
    public void Comes_back_when_the_link_gets_slow()
    {
        Follows_the_link_and_the_machine(250e6, 200e6, 0, null);

        for (var piece = 0; piece < 10; piece++)
        {
            _choice.Sent(Piece, TimeSpan.FromSeconds(1));
        }

        _choice.Next(waiting: 2).ShouldBe(CompressionLevel.Optimal);
    }
}
