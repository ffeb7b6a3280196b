namespace Clustrix.Runs;

/// <summary>The sign of life of those who watch over a host's items, as each look at the host brings it.</summary>
/// <param name="time">The clock.</param>
internal sealed class Heartbeat(TimeProvider time)
{
    /// <summary>What stands for no sign: nobody is at work, or a version that gives none.</summary>
    public const string Unknown = "-";

    private string _last = Unknown;
    private long _changed = time.GetTimestamp();

    /// <summary>For how long looks have brought the same sign; zero where there is none.</summary>
    public TimeSpan Silence => _last == Unknown ? TimeSpan.Zero : time.GetElapsedTime(_changed);

    /// <summary>Takes what a look has brought.</summary>
    public void Take(string beat)
    {
        if (beat != _last)
        {
            _last = beat;
            _changed = time.GetTimestamp();
        }
    }
}
