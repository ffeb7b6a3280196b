namespace Clustrix.Node;

/// <summary>Whoever sends the pieces that a <see cref="PieceStream"/> makes.</summary>
internal interface IPieces
{
    /// <summary>Asked before each piece: how much of what comes goes out as it comes, as one piece.</summary>
    /// <param name="certain">So many bytes come for certain.</param>
    /// <returns>0 for a piece that is gathered first.</returns>
    long Straight(long certain);

    /// <summary>Sends a piece, or the next part of one that goes out as it comes.</summary>
    /// <param name="buffer">Of the shared pool of arrays; whoever sends it gives it back.</param>
    /// <param name="length">How much of it is filled.</param>
    /// <param name="isStraight">Whether it is such a part.</param>
    void Add(byte[] buffer, int length, bool isStraight);
}
