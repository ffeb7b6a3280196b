namespace Clustrix.Chaos.Wire;

/// <summary>Where in a request a client's conversation stands still.</summary>
internal enum Moment
{
    /// <summary>Nothing of it has reached the host.</summary>
    Before,

    /// <summary>A part of it has: the list or the stream behind it isn't whole.</summary>
    Within,

    /// <summary>The host has begun to work on it.</summary>
    Sent,

    /// <summary>The host has done it, and the client hasn't heard.</summary>
    Answered,
}
