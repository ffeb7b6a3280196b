namespace Clustrix.Conformance;

/// <summary>A clock by which more time has gone by than has, when a test says so. Timers go as ever.</summary>
internal sealed class LeapingClock : TimeProvider
{
    private long _leap;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _leap);

    public void Leap(TimeSpan time) => Interlocked.Add(ref _leap, (long)(time.TotalSeconds * TimestampFrequency));
}
