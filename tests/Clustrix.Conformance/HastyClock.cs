namespace Clustrix.Conformance;

/// <summary>A clock on which half a minute is soon over.</summary>
internal sealed class HastyClock : TimeProvider
{
    private const int Haste = 50;

    private readonly long _start = System.GetTimestamp();

    public override long GetTimestamp() => _start + ((System.GetTimestamp() - _start) * Haste);
}
