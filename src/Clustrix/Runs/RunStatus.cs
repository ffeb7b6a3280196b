using System.Globalization;

namespace Clustrix.Runs;

/// <summary>A run as the cluster sees it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Items">Items of the run.</param>
/// <param name="Done">Items that have a result; those that a cancellation has ended have none.</param>
/// <param name="State">What the run does.</param>
/// <param name="Cancelled">Whether somebody cancelled it.</param>
public sealed record RunStatus(string Run, int Items, int Done, RunState State, bool Cancelled)
{
    /// <summary>Items of those that are done that haven't passed.</summary>
    public int Failed { get; init; }

    /// <summary>Hosts of the cluster that couldn't be asked: they may have more results, and may be at work.</summary>
    public IReadOnlyList<string> NotAsked { get; init; } = [];

    /// <summary>
    /// Workers that a scheduler has in its queue though the run is over: of a cancelled one they are still to be taken out. Null when it can't be
    /// asked whether there are any.
    /// </summary>
    public int? Left { get; init; } = 0;

    /// <summary>What several hosts say of one run, as one.</summary>
    internal static RunStatus Together(IEnumerable<RunStatus> parts)
    {
        var all = parts.ToList();
        var items = all.Max(part => part.Items);
        return new RunStatus(all[0].Run, items, Math.Min(items, all.Sum(part => part.Done)), RunStateText.Together(all.Select(part => part.State)), all.Any(part => part.Cancelled))
        {
            Failed = Math.Min(items, all.Sum(part => part.Failed)),
            Left = all.Any(part => part.Left is null) ? null : 0,
        };
    }

    // run ID ITEMS DONE FAILED STATE [cancelled] [left]
    internal static RunStatus Parse(string line)
    {
        var words = line.Split(' ');
        return new RunStatus(
            words[1],
            int.Parse(words[2], CultureInfo.InvariantCulture),
            int.Parse(words[3], CultureInfo.InvariantCulture),
            RunStateText.Parse(words[5]),
            words.Contains("cancelled"))
        {
            Failed = int.Parse(words[4], CultureInfo.InvariantCulture),
            Left = words.Contains("left") ? null : 0,
        };
    }
}
