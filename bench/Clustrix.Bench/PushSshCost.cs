using System.Globalization;

namespace Clustrix.Bench;

/// <summary>What a transfer took.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="Bytes">Both ways, with all headers.</param>
internal readonly record struct PushSshCost(double Seconds, long Bytes)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.000} s {Bytes / 1000.0:0.0} kB");
}
