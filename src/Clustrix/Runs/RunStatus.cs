using System.Globalization;

namespace Clustrix.Runs;

/// <summary>A run as the cluster sees it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">Items of the run.</param>
/// <param name="Done">Items that have a result.</param>
/// <param name="State">What the run does.</param>
/// <param name="Cancelled">Whether somebody cancelled it.</param>
public sealed record RunStatus(string Run, int Items, int Done, RunState State, bool Cancelled)
{
    // run ID ITEMS DONE STATE [cancelled]
    internal static RunStatus Parse(string line)
    {
        var words = line.Split(' ');
        return new RunStatus(
            words[1],
            int.Parse(words[2], CultureInfo.InvariantCulture),
            int.Parse(words[3], CultureInfo.InvariantCulture),
            RunStateText.Parse(words[4]),
            words.Length > 5);
    }
}
