using System.Globalization;
using Clustrix.Diagnostics;

namespace Clustrix.Preflight;

/// <summary>What a host has answered to the probe.</summary>
/// <param name="Lines">The values by their names; a name may have several.</param>
/// <param name="ConnectTime">How long it took until the probe had begun.</param>
/// <param name="RoundTrip">How long the question for the clock and its answer took.</param>
/// <param name="AskedAt">This machine's time when the clock was asked for.</param>
/// <param name="Failure">Why there is no answer, or only the beginning of one; null when it is whole.</param>
internal sealed record ProbeAnswer(
    ILookup<string, string> Lines, TimeSpan ConnectTime, TimeSpan RoundTrip, DateTimeOffset AskedAt, ClustrixException? Failure)
{
    /// <summary>The text of a name; empty when the host hasn't said it.</summary>
    public string Text(string name) => Lines[name].FirstOrDefault("");

    /// <summary>Whether the host has said anything of a name.</summary>
    public bool Has(string name) => Lines.Contains(name);

    /// <summary>The number that a value begins with; null when it is none.</summary>
    public long? Number(string name) =>
        long.TryParse(Text(name).Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>By how much the host's clock is ahead; null when it couldn't be read.</summary>
    public TimeSpan? ClockSkew
    {
        get
        {
            // A date that knows no parts of a second leaves the format's letter behind the point: then half a second is the best guess.
            var text = Text("clock");
            if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                && !(decimal.TryParse(text.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && (seconds += 0.5m) > 0))
            {
                return null;
            }

            return seconds > MostSeconds ? null : DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)) - (AskedAt + (RoundTrip / 2));
        }
    }

    // The last day that there is a date for.
    private const decimal MostSeconds = 253_402_300_000;
}
