namespace Clustrix.Runs;

/// <summary>When a scheduler is asked for its workers again: soon after something has changed, ever more rarely while nothing does.</summary>
/// <param name="time">The clock.</param>
internal sealed class RollCallPace(TimeProvider time)
{
    // Mistakes show at once; after that, hardly anything happens that the store doesn't tell sooner.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private const double Growth = 1.5;

    // Several clients on one host need no answer each.
    private const double Shared = 0.8;

    private TimeSpan _pause = First;
    private long _due;

    /// <summary>How old an answer may be that another client was given.</summary>
    public TimeSpan Age { get; private set; }

    /// <summary>Whether it is time to ask.</summary>
    public bool IsDue => time.GetTimestamp() >= _due;

    /// <summary>Has the scheduler asked at once, and for an answer of now.</summary>
    public void Hurry()
    {
        _pause = First;
        Age = TimeSpan.Zero;
        _due = 0;
    }

    /// <summary>Takes an answer in.</summary>
    /// <param name="isSame">Whether it tells nothing new.</param>
    public void Take(bool isSame)
    {
        var pause = isSame ? _pause * Growth : First;
        _pause = pause < Longest ? pause : Longest;
        Keep();
    }

    /// <summary>Has it asked again after as long as the last time.</summary>
    public void Keep()
    {
        Age = _pause * Shared;
        _due = time.GetTimestamp() + (long)(_pause.TotalSeconds * time.TimestampFrequency);
    }
}
