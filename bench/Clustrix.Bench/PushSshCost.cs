using System.Globalization;

namespace Clustrix.Bench;

/// <summary>What a transfer took.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="Bytes">Both ways, with all headers.</param>
/// <param name="Here">Seconds of processor time on this side, the client's whole process included.</param>
/// <param name="There">Seconds of processor time of everything on the host.</param>
internal readonly record struct PushSshCost(double Seconds, long Bytes, double Here, double There)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seconds:0.000} s {Bytes / 1000.0:0.0} kB, processor {Here:0.00} + {There:0.00} s");
}
