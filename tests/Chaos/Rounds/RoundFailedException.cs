namespace Clustrix.Chaos.Rounds;

/// <summary>Something doesn't hold after a round, or the round couldn't be played.</summary>
public sealed class RoundFailedException(string message, Exception cause) : Exception(message, cause);
