using System.Globalization;

namespace Clustrix.Bench;

/// <summary>What a run of many items costs its client.</summary>
/// <param name="Items">Items of the run.</param>
/// <param name="Plan">Seconds to plan and push.</param>
/// <param name="Run">Seconds to submit, follow and end the run, with what the stub workers take.</param>
/// <param name="Collection">Seconds to bring one log for each item.</param>
/// <param name="Account">Seconds to write the records, the summary, the page and <c>run.json</c>.</param>
/// <param name="Megabytes">The most memory that the client had at any time, in 10^6 bytes.</param>
internal sealed record ManyCost(int Items, double Plan, double Run, double Collection, double Account, double Megabytes)
{
    /// <summary>Milliseconds for each item, all in all.</summary>
    public double PerItem => (Plan + Run + Collection + Account) * 1000 / Items;

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ManyCost Read(string text)
    {
        double[] values = [.. text.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
        return new ManyCost((int)values[0], values[1], values[2], values[3], values[4], values[5]);
    }

    /// <summary>All of it as words, for another process.</summary>
    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Items} {Plan:R} {Run:R} {Collection:R} {Account:R} {Megabytes:R}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Items} items: plan {Plan:0.00} s, run {Run:0.00} s, collect {Collection:0.00} s, report {Account:0.00} s; {PerItem:0.000} ms an item, {Megabytes:0} MB");
}
