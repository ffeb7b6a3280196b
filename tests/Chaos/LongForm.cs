using System.Diagnostics;
using System.Globalization;
using Clustrix.Chaos.Grounds;
using Clustrix.Chaos.Rounds;

namespace Clustrix.Chaos;

/// <summary>The long form: the rounds of a seed, one after the other, until the time is over or one fails.</summary>
/// <param name="seed">The seed.</param>
/// <param name="told">Gets a line for each round.</param>
internal sealed class LongForm(int seed, TextWriter told)
{
    /// <summary>Plays rounds.</summary>
    /// <param name="first">The number of the first.</param>
    /// <param name="time">How long a new one is begun; zero for one round only.</param>
    /// <param name="cancellationToken">Ends it after the round at hand.</param>
    /// <returns>Whether all of them held.</returns>
    public async Task<bool> PlayAsync(int first, TimeSpan time, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var (played, missed) = (0, 0);
        await using var grounds = new AllGrounds();
        for (var number = first; !cancellationToken.IsCancellationRequested && (number == first || Stopwatch.GetElapsedTime(begun) < time); number++)
        {
            var round = Round.Draw(seed, number);
            var start = Stopwatch.GetTimestamp();
            try
            {
                var isReached = await round.PlayAsync(await grounds.OfAsync(round.Scenario.Kind));
                played++;
                missed += isReached ? 0 : 1;
                await TellAsync($"{number}: {round}: held{(isReached ? "" : ", though the client didn't get to the point")}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
            }
            catch (RoundFailedException e)
            {
                await TellAsync($"{number}: FAILED: {e.Message}");
                if (cancellationToken.IsCancellationRequested)
                {
                    // The key that ends this ends the clients too, and the clusters.
                    return true;
                }

                return false;
            }
        }

        await TellAsync($"seed {seed}: {played} rounds held, {missed} of them without the fault, in {Stopwatch.GetElapsedTime(begun):hh\\:mm\\:ss}");
        return true;
    }

    private Task TellAsync(FormattableString line) => told.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));
}
